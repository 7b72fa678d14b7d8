import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {sha256} from '../kit/hash.ts';
import {download, type NetworkOptions} from './network.ts';
import {type CachedAnswer, throughCache, type WhyNotKeep} from './revocation-cache.ts';

/* Certificate revocation lists. They are signed, so plain http is what authorities use. */

export interface CrlRequest extends NetworkOptions {
  readonly urls: readonly string[];
  readonly stateDir: string;
  readonly now: Date;
  readonly cache: 'keep' | 'read';
  readonly whyNotKeep: WhyNotKeep;
  readonly deadlineMs?: number;
}

export interface FetchedCrls {
  /** In DER; what could not be had is missing. */
  readonly crls: readonly Uint8Array[];
  /** One sentence for each that could not be fetched or is not kept. */
  readonly problems: readonly string[];
}

const limitBytes = 10 * 1024 * 1024;
const mostUrls = 10;

const listAt = (url: string, {stateDir, deadlineMs = 20_000, ...request}: CrlRequest): Promise<CachedAnswer> => {
  const hosts = URL.canParse(url) ? [new URL(url).hostname] : [];
  const rules = {protocols: ['http:', 'https:'] as const, hosts, limitBytes, deadlineMs};
  const path = join(stateDir, 'crls', `${sha256(url)}.crl`);
  return throughCache({...request, path, get: () => download(url, rules, request)});
};

/** The lists behind the addresses, from the network or, while it is down, from the cache in `<state>/crls`. */
export const fetchCrls = async (request: CrlRequest): Promise<FetchedCrls> => {
  const urls = [...new Set(request.urls)].slice(0, mostUrls);
  if (request.cache === 'keep' && urls.length > 0) {
    await mkdir(join(request.stateDir, 'crls'), {recursive: true, mode: 0o700});
  }
  // All at once: where a firewall swallows every packet, each of them takes its whole deadline.
  const found = await Promise.all(urls.map(async (url) => ({url, ...(await listAt(url, request))})));
  return {
    crls: found.flatMap(({answers}) => answers),
    problems: found.flatMap(({url, problem}) =>
      problem === undefined ? [] : [`The revocation list ${url} could not be renewed: ${problem}`],
    ),
  };
};
