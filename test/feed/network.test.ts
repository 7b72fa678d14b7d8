import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {download, proxyFor} from '../../src/feed/network.ts';
import {type FeedRequest, feedLimitBytes, fetchFeed} from '../../src/feed/read-feed.ts';
import {type Listening, serveHttp, serveHttps, serveProxy, webRootPem} from '../support/web-server.ts';

let site: Listening;
let plain: Listening;
beforeAll(async () => {
  site = await serveHttps((request, response) => {
    const go = (status: number, headers: Record<string, string> = {}): void =>
      void response.writeHead(status, headers).end();
    switch (request.url) {
      case '/feed':
        return void response.end('<EOCS/>');
      case '/moved':
        return go(302, {location: '/feed'});
      case '/away':
        return go(302, {location: 'https://evil.example/feed'});
      case '/down':
        return go(302, {location: `http://localhost:${plain.port}/feed`});
      case '/loop':
        return go(301, {location: '/loop'});
      case '/missing':
        return go(404);
      case '/zipped':
        return go(200, {'content-encoding': 'gzip'});
      case '/endless': {
        const part = Buffer.alloc(64 * 1024, 0x20);
        const more = (): void => {
          while (!response.destroyed && response.write(part));
        };
        response.on('drain', more);
        return more();
      }
      default:
        return void response.write('<EOCS>'); // and never ends
    }
  });
  plain = await serveHttp((_, response) => response.end('<EOCS/>'));
});
afterAll(async () => {
  await site.close();
  await plain.close();
});

const get = (path: string, changes: Partial<FeedRequest> = {}): Promise<string> => {
  const request = {
    address: `https://localhost:${site.port}${path}`,
    hosts: [],
    env: {},
    extraRoots: webRootPem,
    ...changes,
  };
  return fetchFeed(request).then(
    (bytes) => Buffer.from(bytes).toString(),
    (error: {code: string}) => error.code,
  );
};

test('a feed comes over https, also by a redirect on the same host', async () => {
  expect(await get('/feed')).toBe('<EOCS/>');
  expect(await get('/moved')).toBe('<EOCS/>');
});

describe('is refused', () => {
  test.each([
    ['a redirect to another host', '/away', 'FEED.HOST'],
    ['a redirect to plain http', '/down', 'FEED.URL'],
    ['a redirect in a circle', '/loop', 'FEED.REDIRECT'],
    ['a missing page', '/missing', 'FEED.HTTP_STATUS'],
    ['a compressed answer', '/zipped', 'FEED.ENCODING'],
    ['an answer without end', '/endless', 'FEED.TOO_LARGE'],
  ])('%s', async (_name, path, code) => {
    expect(await get(path)).toBe(code);
  });

  test('a host that is not on the list of the profile', async () => {
    expect(await get('/feed', {hosts: ['officeclient.microsoft.com']})).toBe('FEED.HOST');
    expect(await get('/feed', {hosts: ['officeclient.microsoft.com', 'localhost']})).toBe('<EOCS/>');
  });

  test('plain http, a user name in the address, and what is no address', async () => {
    expect(await get('', {address: `http://localhost:${plain.port}/feed`})).toBe('FEED.URL');
    expect(await get('', {address: 'https://user:word@localhost/feed'})).toBe('FEED.URL');
    expect(await get('', {address: 'feed.xml'})).toBe('FEED.URL');
  });

  test('a slow answer, when the deadline for everything is over', async () => {
    const start = performance.now();
    expect(await get('/slow', {deadlineMs: 300})).toBe('FEED.DEADLINE');
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test('a certificate that nobody vouches for, whatever the environment says', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await get('/feed', {extraRoots: undefined})).toBe('FEED.UNREACHABLE');
      expect(await get('/feed', {address: `https://127.0.0.1:${site.port}/feed`})).toBe('FEED.UNREACHABLE');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });
});

describe('a proxy', () => {
  test('is asked where it is named, and by the variables of the environment', async () => {
    const proxy = await serveProxy();
    const address = `http://127.0.0.1:${proxy.port}`;
    expect(await get('/feed', {proxy: address})).toBe('<EOCS/>');
    expect(await get('/feed', {env: {HTTPS_PROXY: address}})).toBe('<EOCS/>');
    expect(proxy.asked).toEqual([`localhost:${site.port}`, `localhost:${site.port}`]);
    expect(await get('/feed', {env: {HTTPS_PROXY: address, NO_PROXY: 'localhost'}})).toBe('<EOCS/>');
    expect(proxy.asked).toHaveLength(2);
    await proxy.close();
    expect(await get('/feed', {proxy: address})).toBe('FEED.UNREACHABLE');
  });

  test('is asked for plain http too, for the lists of an authority whose name only the proxy can resolve', async () => {
    const asked: string[] = [];
    const proxy = await serveHttp((request, response) => {
      asked.push(request.url ?? '');
      response.end('list');
    });
    const rules = {protocols: ['http:'] as const, hosts: ['lists.invalid'], limitBytes: 100, deadlineMs: 5000};
    const bytes = await download('http://lists.invalid/ca.crl', rules, {
      env: {http_proxy: `http://127.0.0.1:${proxy.port}`},
    });
    await proxy.close();
    expect(Buffer.from(bytes).toString()).toBe('list');
    expect(asked).toEqual(['http://lists.invalid/ca.crl']);
  });

  const env = {https_proxy: 'http://p:1', HTTP_PROXY: 'http://p:2'};
  test.each([
    ['https://a.example/', '', 'http://p:1'],
    ['http://a.example/', '', 'http://p:2'],
    ['https://a.example/', 'other.example', 'http://p:1'],
    ['https://a.example/', 'x, example', undefined],
    ['https://a.example/', '.example', undefined],
    ['https://a.example/', 'a.example:443', undefined],
    ['https://a.example/', 'a.example:8443', 'http://p:1'],
    ['https://a.example/', '*', undefined],
    ['https://anexample/', 'example', 'http://p:1'],
  ])('for %s with NO_PROXY "%s" is %s', (url, NO_PROXY, expected) => {
    expect(proxyFor(new URL(url), {env: {...env, NO_PROXY}})).toBe(expected);
  });
});

test('the limit is that of the verifier', () => {
  expect(feedLimitBytes).toBe(5 * 1024 * 1024);
});
