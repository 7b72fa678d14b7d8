import {createServer as createHttpServer, type RequestListener, type Server} from 'node:http';
import {createServer} from 'node:https';
import {connect} from 'node:net';
import * as asn1js from 'asn1js';
import {der, sequenceOf} from '../../src/publish/certificate.ts';
import {certificatePem, keyPem} from '../../src/publish/pem.ts';
import {authority, issue, testNow} from './certificates.ts';

/* Real servers on this machine: https with a certificate of a root that only the test knows, http, and a proxy. */

const now = new Date();
const valid = {notBefore: new Date(now.getTime() - 86_400_000), notAfter: new Date(now.getTime() + 86_400_000)};
const webRoot = authority('Web root', valid);
const name = new asn1js.Primitive({idBlock: {tagClass: 3, tagNumber: 2}, valueHex: Buffer.from('localhost')});
const extensions = [{oid: '2.5.29.17', critical: false, value: der(sequenceOf(name))}];
const over = {notBefore: new Date(now.getTime() - 2 * 86_400_000), notAfter: new Date(now.getTime() - 86_400_000)};
const certificates = {
  own: issue('localhost', {issuer: webRoot, ...valid, extensions}),
  expired: issue('localhost', {issuer: webRoot, ...over, extensions}),
  intercepted: issue('localhost', {issuer: authority('Acme TLS inspection', valid), ...valid, extensions}),
};

/** What a server shows: its own certificate, one that has ended, one that an inspecting proxy made. */
export type ShownCertificate = keyof typeof certificates;

const shown = (which: ShownCertificate) => ({
  key: keyPem(certificates[which].key),
  cert: certificatePem(certificates[which].der),
});

/** Key and certificate of "localhost", for servers of other kinds. */
export const localhostTls = shown('own');
export const webRootPem: string = certificatePem(webRoot.der);
export const documentTime: Date = testNow;

export interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const listen = async (server: Server): Promise<Listening> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export const serveHttps = (listener: RequestListener): Promise<Listening> =>
  listen(createServer(localhostTls, listener));

/** One whose certificate can be exchanged while it runs. */
export const serveHttpsAs = async (
  listener: RequestListener,
): Promise<Listening & {readonly show: (which: ShownCertificate) => void}> => {
  const server = createServer(localhostTls, listener);
  return {...(await listen(server)), show: (which) => server.setSecureContext(shown(which))};
};

export const serveHttp = (listener: RequestListener): Promise<Listening> => listen(createHttpServer(listener));

/** A proxy that only knows CONNECT, and to which port it was asked. */
export const serveProxy = async (): Promise<Listening & {readonly asked: string[]}> => {
  const asked: string[] = [];
  const server = createHttpServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, client) => {
    asked.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host === 'localhost' ? '127.0.0.1' : host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  return {...(await listen(server)), asked};
};
