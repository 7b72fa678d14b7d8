import {access, mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../kit/durable-file.ts';
import {sha256} from '../kit/hash.ts';
import type {Mitigation} from '../mitigation/model.ts';
import type {PlanSource} from '../plan/model.ts';

/** Mitigations with the bytes that they were read from. */
export interface LoadedSource {
  readonly source: PlanSource;
  readonly mitigations: readonly Mitigation[];
  /** Ids that a publisher names whose payloads are not public. */
  readonly signals: readonly {readonly id: string; readonly description: string}[];
  readonly asked: 'by-name' | 'by-feed';
  /** Of a feed: what `feed verify` warns of. For people alone, no plan depends on it. */
  readonly warnings: readonly string[];
  readonly bytes: Uint8Array;
}

const folderOf = (stateDir: string): string => join(stateDir, 'sources');

/**
 * Keeps the bytes of a source under their digest, where only administrators can write: apply reads a mitigation from
 * here, never from the plan that names it.
 */
export const keepSource = async (stateDir: string, {source, bytes}: LoadedSource): Promise<void> => {
  const folder = folderOf(stateDir);
  await mkdir(folder, {recursive: true, mode: 0o700});
  const file = join(folder, source.digest);
  try {
    await access(file);
  } catch {
    await writeDurably(file, bytes);
  }
};

/** The kept bytes; `undefined` where nothing with that digest is kept, or what is kept is something else now. */
export const keptSource = async (stateDir: string, digest: string): Promise<Uint8Array | undefined> => {
  try {
    const bytes = await readFile(join(folderOf(stateDir), digest));
    return sha256(bytes) === digest ? bytes : undefined;
  } catch {
    return undefined;
  }
};
