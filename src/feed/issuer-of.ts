import {request as httpRequest} from 'node:http';
import {request as httpsRequest} from 'node:https';
import type {Socket} from 'node:net';
import {connect, type PeerCertificate} from 'node:tls';
import {issuerWords, tlsIssuerOf} from './tls-issuer.ts';

/* After a refused connection: whose certificate was it? Words for a person, never a decision. */

const waitMs = 5000;

const tunnel = (url: URL, proxy: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const ask = proxy.startsWith('https:') ? httpsRequest : httpRequest;
    const path = `${url.hostname}:${url.port || '443'}`;
    const request = ask(proxy, {method: 'CONNECT', path, headers: {host: path}, timeout: waitMs});
    request.once('connect', (_response, socket: Socket) => resolve(socket));
    request.once('timeout', () => request.destroy(new Error('the proxy does not answer')));
    request.once('response', () => reject(new Error('the proxy refuses')));
    request.once('error', reject);
    request.end();
  });

/** The first certificate that is shown. Nothing is sent over this connection and nothing is read from it. */
const shownCertificate = (url: URL, socket: Socket | undefined): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const where = socket ? {socket} : {host: url.hostname, port: Number(url.port || '443')};
    const secured = connect({...where, servername: url.hostname, rejectUnauthorized: false}, () => {
      resolve(secured.getPeerCertificate());
      secured.destroy();
    });
    secured.setTimeout(waitMs, () => secured.destroy(new Error('no answer')));
    secured.once('error', reject);
  });

/** Who issued the certificate that a host shows, by name; undefined where that cannot be found out. */
export const issuerOf = async (url: URL, proxy: string | undefined): Promise<string | undefined> => {
  try {
    const socket = proxy === undefined ? undefined : await tunnel(url, proxy);
    return issuerWords(tlsIssuerOf(await shownCertificate(url, socket)));
  } catch {
    return undefined;
  }
};
