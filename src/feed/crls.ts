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

const refresh = async (url: string, path: string, request: CrlRequest): Promise<string | undefined> => {
  if (await isYoung(`${path}.crl`, request.now)) return undefined;
  const hosts = URL.canParse(url) ? [new URL(url).hostname] : [];
  const rules = {protocols: ['http:', 'https:'] as const, hosts, limitBytes, deadlineMs: request.deadlineMs ?? 20_000};
  try {
    await keep(path, await download(url, rules, request));
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `The revocation list ${url} could not be fetched: ${error.message}`;
  }
};

/**
 * The lists behind the addresses, from the network or, while it is down, from the cache in `<state>/crls`. Whether one
 * still counts is decided by whoever reads it: each says until when.
 */
export const fetchCrls = async (request: CrlRequest): Promise<FetchedCrls> => {
  const folder = join(request.stateDir, 'crls');
  await mkdir(folder, {recursive: true, mode: 0o700});
  const crls: Uint8Array[] = [];
  const problems: string[] = [];
  for (const url of [...new Set(request.urls)].slice(0, mostUrls)) {
    const path = join(folder, sha256(url));
    const problem = await refresh(url, path, request);
    if (problem !== undefined) problems.push(problem);
    for (const kept of [await readIfThere(`${path}.crl`), await readIfThere(`${path}.previous.crl`)]) {
      if (kept) crls.push(kept);
    }
  }
  return {crls, problems};
};
