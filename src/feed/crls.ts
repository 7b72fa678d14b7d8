import {mkdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../kit/durable-file.ts';
import {sha256} from '../kit/hash.ts';
import {isRefusal} from '../kit/refusal.ts';
import {download, type NetworkOptions} from './network.ts';

/*
 * Certificate revocation lists. They are signed, so plain http is what authorities use; what an attacker can do is
 * withhold a new one or serve an old one, so the list before the last is kept and given along: a certificate that any
 * current list calls revoked is revoked.
 */

export interface CrlRequest extends NetworkOptions {
  readonly urls: readonly string[];
  readonly stateDir: string;
  readonly now: Date;
  /** `read`: what is fetched is used and not kept, for whoever may write nothing. */
  readonly cache: 'keep' | 'read';
  readonly deadlineMs?: number;
}

export interface FetchedCrls {
  /** In DER; what could not be had is missing. */
  readonly crls: readonly Uint8Array[];
  /** One sentence for each that could not be fetched. */
  readonly problems: readonly string[];
}

const limitBytes = 10 * 1024 * 1024;
const mostUrls = 10;
const youngMs = 3_600_000;

const readIfThere = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return new Uint8Array(await readFile(path));
  } catch {
    return undefined;
  }
};

const isYoung = async (path: string, now: Date): Promise<boolean> => {
  try {
    return Math.abs(now.getTime() - (await stat(path)).mtimeMs) < youngMs;
  } catch {
    return false;
  }
};

const keep = async (path: string, bytes: Uint8Array): Promise<void> => {
  const before = await readIfThere(`${path}.crl`);
  if (before && sha256(before) !== sha256(bytes)) await writeDurably(`${path}.previous.crl`, before);
  await writeDurably(`${path}.crl`, bytes);
};

interface Refreshed {
  readonly lists: readonly Uint8Array[];
  readonly problem: string | undefined;
}

const keptLists = async (path: string): Promise<readonly Uint8Array[]> => {
  const kept = [await readIfThere(`${path}.crl`), await readIfThere(`${path}.previous.crl`)];
  return kept.filter((bytes) => bytes !== undefined);
};

const refresh = async (url: string, path: string, request: CrlRequest): Promise<Refreshed> => {
  if (await isYoung(`${path}.crl`, request.now)) return {lists: await keptLists(path), problem: undefined};
  const hosts = URL.canParse(url) ? [new URL(url).hostname] : [];
  const rules = {protocols: ['http:', 'https:'] as const, hosts, limitBytes, deadlineMs: request.deadlineMs ?? 20_000};
  try {
    const bytes = await download(url, rules, request);
    if (request.cache === 'read') return {lists: [bytes, ...(await keptLists(path))], problem: undefined};
    await keep(path, bytes);
    return {lists: await keptLists(path), problem: undefined};
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const problem = `The revocation list ${url} could not be fetched: ${error.message}`;
    return {lists: await keptLists(path), problem};
  }
};

/**
 * The lists behind the addresses, from the network or, while it is down, from the cache in `<state>/crls`. Whether one
 * still counts is decided by whoever reads it: each says until when.
 */
export const fetchCrls = async (request: CrlRequest): Promise<FetchedCrls> => {
  const folder = join(request.stateDir, 'crls');
  const urls = [...new Set(request.urls)].slice(0, mostUrls);
  if (request.cache === 'keep' && urls.length > 0) await mkdir(folder, {recursive: true, mode: 0o700});
  const found: Refreshed[] = [];
  for (const url of urls) found.push(await refresh(url, join(folder, sha256(url)), request));
  return {
    crls: found.flatMap(({lists}) => lists),
    problems: found.flatMap(({problem}) => (problem === undefined ? [] : [problem])),
  };
};
