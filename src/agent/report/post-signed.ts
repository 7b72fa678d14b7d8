import {createHmac} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {Agent, ProxyAgent, request} from 'undici';
import {trustedRoots} from '../../kit/trusted-roots.ts';
import type {SecretSource} from '../../operations/settings/secret-source.ts';
import {type Environment, readSecret} from './secret.ts';

export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: not signed. */
  readonly secret: SecretSource | undefined;
  /** File with the roots of an organisation's own authority. */
  readonly ca: string | undefined;
}

export interface PostContext {
  readonly env: Environment;
  readonly now: () => Date;
  /** http://host:port; absent: straight. */
  readonly proxy: string | undefined;
}

const deadlineMs = 20_000;

/** `v1=` and the HMAC-SHA256 of `<timestamp>.<body>` in hexadecimal digits; the time makes an old message of no use to a thief. */
export const signatureOf = (body: string, timestamp: string, key: string): string =>
  `v1=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`;

const clientFor = async ({proxy, url, ca}: {proxy: string | undefined; url: string; ca: string | undefined}) => {
  // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
  const tls = {
    rejectUnauthorized: true,
    ca: [...trustedRoots(ca === undefined ? undefined : await readFile(ca, 'utf8'))],
  };
  return proxy === undefined || url.startsWith('http:')
    ? new Agent({connect: tls})
    : new ProxyAgent({uri: proxy, requestTls: tls, proxyTls: tls, proxyTunnel: true});
};

/** Sends JSON by POST. A redirect is not followed: the address is the one that an administrator wrote. */
export const postSigned = async (
  {url, body, headers, secret, ca}: Post,
  {env, now, proxy}: PostContext,
): Promise<void> => {
  const timestamp = String(Math.floor(now().getTime() / 1000));
  const signature = secret && {
    'x-stopgap-timestamp': timestamp,
    'x-stopgap-signature': signatureOf(body, timestamp, await readSecret(secret, env)),
  };
  const dispatcher = await clientFor({proxy, url, ca});
  try {
    const answer = await request(url, {
      method: 'POST',
      body,
      headers: {'content-type': 'application/json; charset=utf-8', ...headers, ...signature},
      dispatcher,
      signal: AbortSignal.timeout(deadlineMs),
    });
    answer.body.on('error', () => undefined).destroy();
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      throw new Error(`${new URL(url).host} answered with status ${answer.statusCode}`);
    }
  } finally {
    await dispatcher.destroy();
  }
};
