import {type NetworkOptions, proxyFor} from '../../feed/network.ts';
import type {ExchangeAnswer} from '../../server/exchange-settings.ts';
import {type Diagnosis, good, notApplicable, warn} from './diagnosis.ts';
import {question} from './question.ts';

export interface ProxiesSeen {
  /** That of stopgap's own requests, and who names it; undefined: none. */
  readonly used: {readonly proxy: string; readonly by: string} | undefined;
  readonly exchange: ExchangeAnswer | undefined;
}

/** Without a name and a password, should somebody have written them there. */
const plain = (proxy: string): string => (URL.canParse(proxy) ? new URL(proxy).host : proxy);

/** That of stopgap's own requests to a URL, and who names it. */
export const namedProxy = (url: URL, network: NetworkOptions): ProxiesSeen['used'] => {
  const proxy = proxyFor(url, network);
  if (proxy === undefined) return undefined;
  if (network.proxy !== undefined) return {proxy, by: 'named by settings or --proxy'};
  const ofEnvironment = proxyFor(url, {env: network.env}) !== undefined;
  return {proxy, by: ofEnvironment ? 'named by the environment' : 'that of WinHTTP'};
};

/** Exchange has a proxy of its own, and Windows another one: the EM service needs both, stopgap takes one. */
export const judgeProxies = ({used, exchange}: ProxiesSeen): Diagnosis => {
  const seen = used === undefined ? 'none, directly' : `${plain(used.proxy)} (${used.by})`;
  const theirs = exchange?.known ? exchange.settings.server.internetWebProxy : null;
  if (theirs === null) {
    const known = exchange?.known ? 'none' : 'not known';
    return good(`stopgap uses ${seen}; InternetWebProxy of Exchange: ${known}`);
  }
  if (used !== undefined && plain(used.proxy) === plain(theirs)) {
    return good(`stopgap uses ${seen}, as Exchange does (InternetWebProxy)`);
  }
  return warn(`stopgap uses ${seen}; InternetWebProxy of Exchange is ${plain(theirs)}`, {
    label: 'If that is the way out, name it for stopgap too',
    command: `stopgap settings set proxy http://${plain(theirs)} --reason WHY`,
  });
};

export const proxies = question({
  ...{id: 'proxies', title: 'Proxies', of: 'network'},
  look: async ({reader, endpoint}): Promise<ProxiesSeen | undefined> => {
    const {url, question: asked} = await endpoint();
    if (!url) return undefined;
    return {used: namedProxy(url, await asked.network()), exchange: await reader.exchangeSettings?.()};
  },
  judge: (seen) => (seen === undefined ? notApplicable('the feed is a file') : judgeProxies(seen)),
});
