import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {replay} from '../journal/replay.ts';
import type {State} from '../journal/state.ts';
import {posixGuard} from '../journal/state-folder.ts';
import {type JournalStore, openStore, type RecordedRun} from '../journal/store.ts';

/** What the journals of a server say. */
export interface KnownState {
  readonly runs: readonly RecordedRun[];
  readonly state: State;
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
};

/** Reads the journals; where there are none yet, nothing is made for the sake of reading. */
export const readState = async (stateDir: string): Promise<KnownState> => {
  if (!(await exists(join(stateDir, 'runs')))) return {runs: [], state: replay([])};
  const runs = await (await openStore(stateDir, posixGuard)).readAll();
  return {runs, state: replay(runs)};
};

/** Opens the journals for writing, making the folder where it is missing. */
export const openState = async (stateDir: string): Promise<KnownState & {readonly store: JournalStore}> => {
  const store = await openStore(stateDir, posixGuard);
  const runs = await store.readAll();
  return {store, runs, state: replay(runs)};
};
