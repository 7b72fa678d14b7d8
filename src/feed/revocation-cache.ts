import {readFile, stat} from 'node:fs/promises';
import {writeDurably} from '../kit/durable-file.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {Downloaded} from './network.ts';

/*
 * What authorities said about revocation, kept for the time when they cannot be asked. They answer over plain http, so anybody on the
 * way can serve an old answer, or rubbish: it is used this once, for whoever reads it judges it, but the kept one gives way only
 * to a better one.
 */

/** Why an answer must not take the place of the kept one (undefined: there is none); undefined where it may. */
export type WhyNotKeep = (fetched: Uint8Array, kept: Uint8Array | undefined) => string | undefined;

export interface CachedQuestion {
  /** Of the file that keeps the answer. */
  readonly path: string;
  readonly now: Date;
  /** `read`: what is fetched is used and not kept, for whoever may write nothing. */
  readonly cache: 'keep' | 'read';
  readonly get: () => Promise<Downloaded>;
  readonly whyNotKeep: WhyNotKeep;
}

export interface CachedAnswer {
  /** In DER; none where nothing could be had. */
  readonly answers: readonly Uint8Array[];
  /** Why the network gave no answer, or gave one that is not kept. */
  readonly problem: string | undefined;
}

const youngMs = 3_600_000;

const readKept = async (path: string): Promise<Uint8Array | undefined> => {
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

/**
 * The answer of this hour, else that of the network with the kept one beside it: one that says "revoked" is believed whichever it is.
 * Until when each counts is for its reader to say.
 */
export const throughCache = async ({path, now, cache, get, whyNotKeep}: CachedQuestion): Promise<CachedAnswer> => {
  const kept = await readKept(path);
  if (kept && (await isYoung(path, now))) return {answers: [kept], problem: undefined};
  const before = kept ? [kept] : [];
  try {
    const {bytes} = await get();
    const problem = whyNotKeep(bytes, kept);
    if (problem === undefined && cache === 'keep') await writeDurably(path, bytes);
    return {answers: [bytes, ...before], problem};
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return {answers: before, problem: error.message};
  }
};
