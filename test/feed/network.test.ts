import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {feedLimitBytes} from '../../src/feed/feed-file.ts';
import {type FeedRequest, fetchFeed} from '../../src/feed/fetch-feed.ts';
import {download, proxyFor} from '../../src/feed/network.ts';
import {parseWinHttpProxy} from '../../src/feed/system-proxy.ts';
import {unexpectedIssuer} from '../../src/feed/tls-issuer.ts';
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
    ({bytes}) => Buffer.from(bytes).toString(),
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
      expect(await get('/feed', {extraRoots: undefined})).toBe('FEED.TLS_INTERCEPTED');
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
    const {bytes, issuer} = await download('http://lists.invalid/ca.crl', rules, {
      env: {http_proxy: `http://127.0.0.1:${proxy.port}`},
    });
    await proxy.close();
    expect(Buffer.from(bytes).toString()).toBe('list');
    expect(issuer).toBeUndefined();
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

describe('a certificate whose issuer nobody knows', () => {
  const refusal = (changes: Partial<FeedRequest> = {}): Promise<{code: string; message: string}> =>
    fetchFeed({address: `https://localhost:${site.port}/feed`, hosts: [], env: {}, ...changes}).then(
      () => ({code: '', message: ''}),
      ({code, message}: {code: string; message: string}) => ({code, message}),
    );
  const words =
    'the certificate of localhost was issued by "Web root", not by a public authority: a TLS-inspecting proxy is in the way, or this is not localhost';

  test('is said in words, with the name of the issuer', async () => {
    expect(await refusal()).toEqual({code: 'FEED.TLS_INTERCEPTED', message: words});
    expect(await refusal({extraRoots: webRootPem})).toEqual({code: '', message: ''});
  });

  test('also behind a proxy', async () => {
    const proxy = await serveProxy();
    expect(await refusal({proxy: `http://127.0.0.1:${proxy.port}`})).toEqual({
      code: 'FEED.TLS_INTERCEPTED',
      message: words,
    });
    expect(proxy.asked).toHaveLength(2);
    await proxy.close();
  });

  test('is another thing than a certificate of another host', async () => {
    const address = `https://127.0.0.1:${site.port}/feed`;
    expect((await refusal({address, extraRoots: webRootPem})).code).toBe('FEED.UNREACHABLE');
  });
});

describe('a certificate whose issuer this machine trusts', () => {
  const served = async (changes: Partial<FeedRequest> = {}) => {
    const address = `https://localhost:${site.port}/moved`;
    const {host, issuer} = await fetchFeed({address, hosts: [], env: {}, extraRoots: webRootPem, ...changes});
    return {host, issuer};
  };
  const issuer = {commonName: 'Web root', organization: undefined};

  test('is told with the answer, whether a proxy stands between or not', async () => {
    expect(await served()).toEqual({host: 'localhost', issuer});
    const proxy = await serveProxy();
    expect(await served({proxy: `http://127.0.0.1:${proxy.port}`})).toEqual({host: 'localhost', issuer});
    await proxy.close();
  });

  test('is worth a warning where the profile expects another, and none where it is the one or nobody is expected', () => {
    const words = unexpectedIssuer('feed.example', {commonName: 'Inspection CA', organization: 'Contoso'}, [
      'Microsoft Corporation',
      'DigiCert Inc',
    ]);
    expect(words).toContain(
      'The certificate of feed.example was issued by "Inspection CA, Contoso", not by Microsoft Corporation or DigiCert Inc: a TLS-inspecting proxy is in the way.',
    );
    expect(unexpectedIssuer('feed.example', issuer, ['Web root'])).toBeUndefined();
    expect(unexpectedIssuer('feed.example', {...issuer, organization: 'Contoso'}, ['Contoso'])).toBeUndefined();
    expect(unexpectedIssuer('feed.example', issuer, [])).toBeUndefined();
    expect(unexpectedIssuer('feed.example', undefined, ['Contoso'])).toBeUndefined();
  });
});

describe('what netsh winhttp show proxy prints', () => {
  const english = (server: string, bypass: string): string =>
    `\r\nCurrent WinHTTP proxy settings:\r\n\r\n    Proxy Server(s) :  ${server}\r\n    Bypass List     :  ${bypass}\r\n\r\n`;
  const proxy = {https: 'http://proxy.corp:8080', http: 'http://proxy.corp:8080'};

  test.each([
    [
      'direct access',
      '\r\nCurrent WinHTTP proxy settings:\r\n\r\n    Direct access (no proxy server).\r\n\r\n',
      undefined,
    ],
    ['nothing', '', undefined],
    ['one server', english('proxy.corp:8080', '(none)'), {...proxy, bypass: []}],
    ['exceptions', english('proxy.corp:8080', '*.corp;<local>'), {...proxy, bypass: ['*.corp', '<local>']}],
    [
      'a server for each kind of address',
      english('http=web.corp:80;https=tls.corp:443', '(none)'),
      {http: 'http://web.corp', https: 'http://tls.corp:443', bypass: []},
    ],
    [
      'https alone',
      english('https=tls.corp:8443', '(none)'),
      {http: undefined, https: 'http://tls.corp:8443', bypass: []},
    ],
    [
      'German words',
      '\r\nAktuelle WinHTTP-Proxyeinstellungen:\r\n\r\n    Proxyserver:  proxy.corp:8080\r\n    Umgehungsliste:  (Keine)\r\n',
      {...proxy, bypass: []},
    ],
  ])('%s', (_name, output, expected) => {
    expect(parseWinHttpProxy(output)).toEqual(expected);
  });

  test.each([
    ['https://a.example/', 'http://proxy.corp:8080'],
    ['https://mail.corp/', undefined],
    ['https://mail.xcorp/', 'http://proxy.corp:8080'],
    ['https://intranet/', undefined],
    ['https://mail.corp.example/', 'http://proxy.corp:8080'],
  ])('decides about %s', (url, expected) => {
    const systemProxy = parseWinHttpProxy(english('proxy.corp:8080', '*.corp;<local>'));
    expect(proxyFor(new URL(url), {env: {}, systemProxy})).toBe(expected);
  });

  test('counts only where neither the command line nor the environment names a proxy', () => {
    const systemProxy = parseWinHttpProxy(english('proxy.corp:8080', '(none)'));
    const url = new URL('https://a.example/');
    expect(proxyFor(url, {env: {HTTPS_PROXY: 'http://p:1'}, systemProxy})).toBe('http://p:1');
    expect(proxyFor(url, {env: {NO_PROXY: '*'}, systemProxy})).toBeUndefined();
    expect(proxyFor(url, {env: {}, proxy: 'http://p:2', systemProxy})).toBe('http://p:2');
  });
});
