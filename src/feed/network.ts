import {checkServerIdentity, type PeerCertificate} from 'node:tls';
import type {Dispatcher} from 'undici';
import {Refusal} from '../kit/refusal.ts';
import {trustedRoots} from '../kit/trusted-roots.ts';
import {type SystemProxy, systemProxyFor} from './system-proxy.ts';
import {type TlsIssuer, tlsIssuerOf} from './tls-issuer.ts';

/** How to reach the network. Certificates are always checked: nothing here, and no environment variable, turns that off. */
export interface NetworkOptions {
  /** Names the proxy outright; undefined: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment decide. */
  readonly proxy?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked where neither `proxy` nor the environment names one. */
  readonly systemProxy?: SystemProxy | undefined;
  /** PEM of further roots, for a host or a proxy whose certificate an organisation issued itself. */
  readonly extraRoots?: string | undefined;
}

export interface DownloadRules {
  readonly protocols: readonly ('https:' | 'http:')[];
  /** Hosts that may answer, redirects included. */
  readonly hosts: readonly string[];
  readonly limitBytes: number;
  /** For everything together: name, connection, redirects, body. */
  readonly deadlineMs: number;
  /** Sent by POST; without it, GET. */
  readonly body?: {readonly type: string; readonly bytes: Uint8Array};
}

const variable = (env: NetworkOptions['env'], name: string): string | undefined =>
  env[name.toLowerCase()] || env[name] || undefined;

/** NO_PROXY: `*`, `host`, `.domain`, `host:port`, separated by commas or blanks. */
const isExempt = (url: URL, list: string | undefined): boolean =>
  (list ?? '').split(/[\s,]+/).some((entry) => {
    const [, name = '', port] = /^\*?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entry === '*') return true;
    if (name === '' || (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))))
      return false;
    return name.startsWith('.')
      ? url.hostname.endsWith(name)
      : url.hostname === name || url.hostname.endsWith(`.${name}`);
  });

/** The proxy for a URL, or undefined. */
export const proxyFor = (url: URL, {proxy, env, systemProxy}: NetworkOptions): string | undefined => {
  if (proxy !== undefined) return proxy;
  if (isExempt(url, variable(env, 'NO_PROXY'))) return undefined;
  const named = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  return named ?? (systemProxy && systemProxyFor(url, systemProxy));
};

// An HTTP client is half a megabyte of code, which a command that reads files has no use for.
const client = () => import('../kit/http-client.ts');

/** `saw` is told whose certificate the host showed, once it has been found to be good. */
const dispatcherFor = async (
  url: URL,
  options: NetworkOptions,
  saw: (issuer: TlsIssuer) => void,
): Promise<Dispatcher> => {
  const {Agent, ProxyAgent} = await client();
  // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
  const tls = {rejectUnauthorized: true, ca: [...trustedRoots(options.extraRoots)]};
  const host = {
    ...tls,
    checkServerIdentity: (name: string, certificate: PeerCertificate): Error | undefined => {
      saw(tlsIssuerOf(certificate));
      return checkServerIdentity(name, certificate);
    },
  };
  const proxy = proxyFor(url, options);
  return proxy === undefined
    ? new Agent({connect: host})
    : new ProxyAgent({uri: proxy, requestTls: host, proxyTls: tls, proxyTunnel: url.protocol === 'https:'});
};

const refuse = (code: string, message: string, cause?: unknown): never => {
  throw new Refusal(code, message, {
    cause,
    next: [{label: 'Check the address, the proxy and the firewall, then try again'}],
  });
};

const checkAddress = (url: URL, {protocols, hosts}: DownloadRules): void => {
  if (!protocols.some((each) => each === url.protocol)) {
    refuse(
      'FEED.URL',
      `${url.href} is not allowed: only ${protocols.map((each) => each.slice(0, -1)).join(' and ')} is.`,
    );
  }
  if (url.username || url.password)
    refuse('FEED.URL', 'An address with a user name or a password in it is not allowed.');
  if (!hosts.includes(url.hostname))
    refuse('FEED.HOST', `The host ${url.hostname} is not on the list of the trust profile.`);
};

const readBody = async (body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) refuse('FEED.TOO_LARGE', `The answer is larger than ${limit} bytes.`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
};

const redirects = new Set([301, 302, 303, 307, 308]);

interface Reply {
  readonly redirect: string | undefined;
  readonly bytes: Uint8Array;
  readonly issuer: TlsIssuer | undefined;
  readonly date: string | undefined;
}

const ask = async (url: URL, rules: DownloadRules, options: NetworkOptions, signal: AbortSignal): Promise<Reply> => {
  const {request} = await client();
  let issuer: TlsIssuer | undefined;
  const dispatcher = await dispatcherFor(url, options, (seen) => {
    issuer = seen;
  });
  try {
    const {statusCode, headers, body} = await request(url, {
      dispatcher,
      signal,
      headers: {
        'accept-encoding': 'identity',
        'cache-control': 'no-cache',
        ...(rules.body && {'content-type': rules.body.type}),
      },
      ...(rules.body && {method: 'POST' as const, body: rules.body.bytes}),
    });
    const location = headers['location'];
    const date = typeof headers['date'] === 'string' ? headers['date'] : undefined;
    if (redirects.has(statusCode) && typeof location === 'string') {
      return {redirect: location, bytes: new Uint8Array(), issuer, date};
    }
    if (statusCode !== 200) refuse('FEED.HTTP_STATUS', `${url.href} answered with status ${statusCode}.`);
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') refuse('FEED.ENCODING', `${url.href} answered compressed, which was not asked for.`);
    return {redirect: undefined, bytes: await readBody(body, rules.limitBytes), issuer, date};
  } finally {
    await dispatcher.destroy();
  }
};

const mostRedirects = 3;

export interface Downloaded {
  readonly bytes: Uint8Array;
  /** The host that answered, at the end of all redirects. */
  readonly host: string;
  /** Who issued its certificate; undefined over plain http. */
  readonly issuer: TlsIssuer | undefined;
  /** Its clock, as the header says; nothing proves it. */
  readonly date: string | undefined;
}

/** Gets a document. @throws Refusal FEED.* */
export const download = async (address: string, rules: DownloadRules, options: NetworkOptions): Promise<Downloaded> => {
  const signal = AbortSignal.timeout(rules.deadlineMs);
  let url = URL.canParse(address) ? new URL(address) : refuse('FEED.URL', `"${address}" is not an address.`);
  try {
    for (let count = 0; count <= mostRedirects; count++) {
      checkAddress(url, rules);
      const {redirect, bytes, issuer, date} = await ask(url, rules, options, signal);
      if (redirect === undefined) return {bytes, host: url.hostname, issuer, date};
      if (!URL.canParse(redirect, url))
        refuse('FEED.REDIRECT', `${url.href} redirects to something that is not an address.`);
      url = new URL(redirect, url);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (signal.aborted)
      return refuse('FEED.DEADLINE', `${url.href} did not answer within ${rules.deadlineMs / 1000} seconds.`, error);
    if (isUnknownIssuer(error)) throw await intercepted(url, options, error);
    return refuse('FEED.UNREACHABLE', `${url.href} cannot be reached: ${reasonOf(error)}.`, error);
  }
  return refuse('FEED.REDIRECT', `${address} redirects more than ${mostRedirects} times.`);
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  return `${error.message}${code}`;
};

const unknownIssuer = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

const isUnknownIssuer = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && unknownIssuer.has(String(error.code));

/** Said as what it nearly always is in an organisation; a stranger on the way looks the same and is refused the same. */
const intercepted = async (url: URL, options: NetworkOptions, cause: unknown): Promise<Refusal> => {
  const {issuerOf} = await import('./issuer-of.ts');
  const issuer = (await issuerOf(url, proxyFor(url, options))) ?? 'somebody unknown';
  const message = `the certificate of ${url.hostname} was issued by "${issuer}", not by a public authority: a TLS-inspecting proxy is in the way, or this is not ${url.hostname}`;
  return new Refusal('FEED.TLS_INTERCEPTED', message, {
    cause,
    next: [
      {label: `Have the proxy let ${url.hostname} pass unopened`},
      {label: `Or, if "${issuer}" is your organisation's, add its root to the certificates that this machine trusts`},
    ],
  });
};
