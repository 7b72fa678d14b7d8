/** What the operating system says about its proxy, where the environment says nothing. */
export interface SystemProxy {
  /** `http://host:port` for each kind of address. */
  readonly https: string | undefined;
  readonly http: string | undefined;
  /** Hosts that are reached without it: `*.example.com`, `host`, `<local>` for names without a dot. */
  readonly bypass: readonly string[];
}

const address = (host: string | undefined): string | undefined => {
  if (host === undefined || host === '') return undefined;
  const url = /^https?:\/\//i.test(host) ? host : `http://${host}`;
  return URL.canParse(url) ? new URL(url).origin : undefined;
};

/** `proxy:8080`, or `http=proxy:80;https=proxy:443`. */
const servers = (text: string): Pick<SystemProxy, 'http' | 'https'> => {
  const entries = text.split(/[;\s]+/).map((entry) => entry.split('='));
  const named = (name: string): string | undefined => entries.find(([key, host]) => host && key === name)?.[1];
  const plain = entries.find(([, host]) => host === undefined)?.[0];
  return {http: address(named('http') ?? plain), https: address(named('https') ?? plain)};
};

/**
 * Reads what `netsh winhttp show proxy` prints. Its words are those of the system's language, so only their place counts:
 * the first indented line with a value is the server, the second the list of exceptions, `(none)` in brackets. Direct
 * access is a sentence without a value.
 */
export const parseWinHttpProxy = (output: string): SystemProxy | undefined => {
  const [server, list = ''] = [...output.matchAll(/^[ \t]+[^:\r\n]+:[ \t]+(\S[^\r\n]*?)[ \t]*\r?$/gm)].map(
    ([, value]) => value,
  );
  if (server === undefined) return undefined;
  const {http, https} = servers(server);
  const bypass = list.startsWith('(') ? [] : list.split(/[;\s]+/).filter((entry) => entry !== '');
  return http || https ? {http, https, bypass} : undefined;
};

const fits = (host: string, entry: string): boolean => {
  if (entry === '<local>') return !host.includes('.');
  const pattern = entry
    .toLowerCase()
    .split('*')
    .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(host);
};

export const systemProxyFor = (url: URL, {http, https, bypass}: SystemProxy): string | undefined => {
  if (bypass.some((entry) => fits(url.hostname, entry))) return undefined;
  return url.protocol === 'https:' ? https : http;
};
