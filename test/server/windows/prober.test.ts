import {createServer} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import {createServer as createTcpServer, type Server, type Socket} from 'node:net';
import {afterEach, describe, expect, test} from 'vitest';
import {getOnce} from '../../../src/server/windows/prober.ts';
import {endpointOf} from '../../../src/server/windows/site-endpoint.ts';
import {localhostTls} from '../../support/web-server.ts';

const binding = (protocol: string, bindingInformation: string) => ({protocol, bindingInformation});

describe('where a site is asked', () => {
  test.each([
    ['*:80:', {https: false, address: '127.0.0.1', port: 80, host: 'localhost'}],
    ['*:81:', {https: false, address: '127.0.0.1', port: 81, host: 'localhost:81'}],
    ['10.0.0.5:80:mail.contoso.com', {https: false, address: '10.0.0.5', port: 80, host: 'mail.contoso.com'}],
    ['[::1]:8080:', {https: false, address: '::1', port: 8080, host: 'localhost:8080'}],
    ['*:80:*.contoso.com', {https: false, address: '127.0.0.1', port: 80, host: 'stopgap.contoso.com'}],
  ])('http %s', (information, expected) => {
    expect(endpointOf([binding('http', information)])).toEqual(expected);
  });

  test('encrypted before plain, without a host name before with one, this machine before an address', () => {
    const all = [
      binding('http', '*:80:'),
      binding('net.tcp', '808:*'),
      binding('https', '10.0.0.5:443:'),
      binding('https', '*:443:autodiscover.contoso.com'),
      binding('https', '127.0.0.1:443:'),
    ];
    expect(endpointOf(all)).toMatchObject({https: true, address: '127.0.0.1', host: 'localhost'});
    expect(endpointOf(all.slice(0, 4))).toMatchObject({https: true, address: '10.0.0.5'});
    expect(endpointOf(all.slice(0, 2))).toMatchObject({https: false, port: 80});
    expect(endpointOf([binding('net.tcp', '808:*'), binding('http', 'nonsense')])).toBeUndefined();
  });
});

describe('one GET', () => {
  let server: Server | undefined;
  const listen = (one: Server): Promise<number> => {
    server = one;
    return new Promise((resolve) => {
      one.listen(0, '127.0.0.1', () => {
        const address = one.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  };
  const close = () => new Promise((done) => (server ? server.close(done) : done(undefined)));
  afterEach(async () => {
    await close();
    server = undefined;
  });
  const at = (port: number, https = false) => ({https, address: '127.0.0.1', port, host: 'mail.contoso.com'});

  test('brings status and headers, with the path and the host as they were said', async () => {
    const asked: unknown[] = [];
    const port = await listen(
      createServer((request, response) => {
        asked.push([request.method, request.url, request.headers.host]);
        response.writeHead(302, {Location: '/owa/auth', 'Set-Cookie': ['a=1', 'b=2']});
        response.end('x'.repeat(100_000));
      }),
    );
    const answer = await getOnce(at(port), '/owa?autodiscover&powershell');
    expect(answer).toMatchObject({status: 302, headers: {location: '/owa/auth', 'set-cookie': 'a=1, b=2'}});
    expect(asked).toEqual([['GET', '/owa?autodiscover&powershell', 'mail.contoso.com']]);
  });

  test('does not mind whose name is in the certificate of this same machine', async () => {
    const port = await listen(createSecureServer(localhostTls, (_, response) => response.end()));
    expect(await getOnce(at(port, true), '/')).toMatchObject({status: 200});
  });

  test('takes a connection that is closed without an answer for what it is', async () => {
    const port = await listen(createTcpServer((socket) => socket.destroy()));
    expect(await getOnce(at(port), '/')).toEqual({status: 'reset', headers: {}});
  });

  test('takes one that is closed once the request is there for the same', async () => {
    const port = await listen(createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    expect(await getOnce(at(port), '/')).toEqual({status: 'reset', headers: {}});
  });

  test('takes one that is encrypted and closed once the request is there for the same', async () => {
    const port = await listen(createSecureServer(localhostTls, (request) => request.socket.destroy()));
    expect(await getOnce(at(port, true), '/')).toEqual({status: 'reset', headers: {}});
  });

  test('knows nothing where nobody listens', async () => {
    const port = await listen(createTcpServer());
    await close();
    server = undefined;
    expect(await getOnce(at(port), '/')).toEqual({status: 'none', headers: {}});
  });

  test('knows nothing where the connection ends before it is encrypted and the request could be sent', async () => {
    const port = await listen(createTcpServer((socket) => socket.destroy()));
    expect(await getOnce(at(port, true), '/')).toEqual({status: 'none', headers: {}});
  });

  test('knows nothing where nothing comes in time', async () => {
    const sockets: Socket[] = [];
    const port = await listen(createTcpServer((socket) => sockets.push(socket.resume())));
    expect(await getOnce(at(port), '/', 50)).toEqual({status: 'none', headers: {}});
    for (const socket of sockets) socket.destroy();
  });
});
