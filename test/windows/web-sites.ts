import {readFileSync, writeFileSync} from 'node:fs';
import {createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server} from 'node:http';
import {createServer as createHttpsServer} from 'node:https';
import {certificatePem, keyPem} from '../../src/publish/pem.ts';
import {probe} from '../../src/server/sandbox/http/serve.ts';
import {authority, issue} from '../support/certificates.ts';
import type {Wine} from './wine.ts';

/* The web sites of an installed server: the simulator answers, at bindings that are free on this machine. */

const now = new Date();
const valid = {notBefore: new Date(now.getTime() - 86_400_000), notAfter: new Date(now.getTime() + 86_400_000)};
const certificate = issue('localhost', {issuer: authority('Web root', valid), ...valid, extensions: []});

const answerFor =
  (sandbox: string, site: string): RequestListener =>
  ({url = '/'}: IncomingMessage, response) => {
    const {status, headers} = probe(sandbox, new Date(), site, url);
    if (typeof status !== 'number') response.socket?.destroy();
    else response.writeHead(status, headers).end();
  };

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listens at no port');
  return address.port;
};

/** The sites of Exchange, and at which ports its setup binds them. */
const sites = [
  {name: 'Default Web Site', http: 80, https: 443},
  {name: 'Exchange Back End', http: 81, https: 444},
];

const configFile = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';

/** Ports below 1024 may be taken or forbidden here: the bindings say others. */
const bindTo = (wine: Wine, ports: ReadonlyMap<number, number>): void => {
  const file = wine.hostPath(configFile);
  const text = readFileSync(file, 'utf8');
  const bound = text.replace(
    /(bindingInformation="[^":]*:)(\d+)(:")/g,
    (all, before: string, port: string, after: string) => {
      const other = ports.get(Number(port));
      return other === undefined ? all : `${before}${other}${after}`;
    },
  );
  writeFileSync(file, bound);
};

/** Serves them until the returned function is called. */
export const serveWebSites = async (wine: Wine, sandbox: string): Promise<() => Promise<void>> => {
  const servers: Server[] = [];
  const ports = new Map<number, number>();
  for (const {name, http, https} of sites) {
    const plain = createHttpServer(answerFor(sandbox, name));
    const encrypted = createHttpsServer(
      {key: keyPem(certificate.key), cert: certificatePem(certificate.der)},
      answerFor(sandbox, name),
    );
    servers.push(plain, encrypted);
    ports.set(http, await listen(plain)).set(https, await listen(encrypted));
  }
  bindTo(wine, ports);
  return async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
};
