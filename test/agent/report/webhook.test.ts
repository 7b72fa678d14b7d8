import {createHmac} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import type {IncomingHttpHeaders, RequestListener} from 'node:http';
import {join} from 'node:path';
import {beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {webhookChannel} from '../../../src/agent/report/notify/webhook.ts';
import {notificationSettings} from '../../../src/operations/settings/notification.ts';
import {testFolder} from '../../support/lab.ts';
import {serveHttp, serveHttps, serveProxy, webRootPem} from '../../support/web-server.ts';
import {noticeTime, planWaiting} from './notice.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const receive =
  (into: Received[], status = 204, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      into.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      });
      response.writeHead(status, headers).end();
    });
  };

let ca: string;
beforeEach(async () => {
  ca = join(await testFolder(), 'root.pem');
  await writeFile(ca, webRootPem);
});

const key = 'a key that both sides know';

const serve = async (listener: RequestListener, how = serveHttps): Promise<number> => {
  const {port, close} = await how(listener);
  onTestFinished(close);
  return port;
};

const send = (url: string, {withCa = true, proxy}: {withCa?: boolean; proxy?: string} = {}): Promise<void> => {
  const written = {name: 'siem', url, secret: {env: 'HOOK'}, ...(withCa && {ca})};
  const [settings] = notificationSettings.parse({webhooks: [written]}).webhooks ?? [];
  if (!settings) throw new Error('no webhook');
  return webhookChannel(settings, {env: {HOOK: key}, now: () => noticeTime, proxy}).send(planWaiting());
};

describe('a webhook', () => {
  test('is a POST of JSON, signed over its time and its bytes', async () => {
    const got: Received[] = [];
    const port = await serve(receive(got));
    await send(`https://localhost:${port}/hook?a=b`);
    const [{method, url, headers, body}] = got as [Received];
    expect([method, url, headers['content-type']]).toEqual(['POST', '/hook?a=b', 'application/json; charset=utf-8']);
    expect(headers['x-stopgap-timestamp']).toBe(String(noticeTime.getTime() / 1000));
    // Computed here as docs/notification.md says, not by our own function.
    const digest = createHmac('sha256', key).update(`${headers['x-stopgap-timestamp']}.${body}`).digest('hex');
    expect(headers['x-stopgap-signature']).toBe(`v1=${digest}`);
    const {id, kind} = planWaiting();
    expect(headers).toMatchObject({'x-stopgap-event': kind, 'x-stopgap-delivery': id});
    expect(JSON.parse(body)).toMatchObject({
      formatVersion: 1,
      id,
      kind,
      host: 'EX01',
      data: {ids: ['M1'], waiting: {for: 'approval', have: 0, need: 1}},
    });
  });

  test('goes through a proxy by CONNECT', async () => {
    const got: Received[] = [];
    const port = await serve(receive(got));
    const proxy = await serveProxy();
    onTestFinished(proxy.close);
    await send(`https://localhost:${port}/`, {proxy: `http://127.0.0.1:${proxy.port}`});
    expect([proxy.asked, got.length]).toEqual([[`localhost:${port}`], 1]);
  });

  test.each([400, 401, 500, 503])('that answers %i was not taken', async (status) => {
    const port = await serve(receive([], status));
    await expect(send(`https://localhost:${port}/`)).rejects.toThrow(
      `localhost:${port} answered with status ${status}`,
    );
  });

  test('follows no redirect', async () => {
    const elsewhere: Received[] = [];
    const other = await serve(receive(elsewhere));
    const port = await serve(receive([], 307, {location: `https://localhost:${other}/`}));
    await expect(send(`https://localhost:${port}/`)).rejects.toThrow('status 307');
    expect(elsewhere).toEqual([]);
  });

  test('sends nothing to a server that nobody vouches for', async () => {
    const got: Received[] = [];
    const port = await serve(receive(got));
    await expect(send(`https://localhost:${port}/`, {withCa: false})).rejects.toThrow(/unable to verify|certificate/);
    expect(got).toEqual([]);
  });

  test('may be http on this machine itself', async () => {
    const got: Received[] = [];
    const port = await serve(receive(got), serveHttp);
    await send(`http://127.0.0.1:${port}/`);
    expect(got).toHaveLength(1);
  });
});

describe('settings are refused', () => {
  const hook = (more: Readonly<Record<string, unknown>>) => ({
    name: 'a',
    url: 'https://x.example',
    secret: {env: 'X'},
    ...more,
  });
  test.each([
    ['http to another machine', [hook({url: 'http://x.example/'})]],
    ['a password in the address', [hook({url: 'https://u:p@x.example/'})]],
    ['no key', [{name: 'a', url: 'https://x.example'}]],
    ['a key in clear', [hook({secret: 'key'})]],
    ['two of one name', [hook({}), hook({name: 'A'})]],
    ['an unknown kind', [hook({on: ['everything']})]],
  ])('that have %s', (_, webhooks) => expect(() => notificationSettings.parse({webhooks})).toThrow());
});
