import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {replay} from '../journal/replay.ts';
import type {State} from '../journal/state.ts';
import {requireClosedInside} from '../journal/state-folder.ts';
import {type JournalStore, openStore, type RecordedRun} from '../journal/store.ts';
import {orFileRefusal} from '../kit/file-refusal.ts';
import {folderGuard} from '../kit/folder-guard.ts';
import {isMissing, systemCode} from '../kit/system-error.ts';

/** What the journals of a server say. */
export interface KnownState {
  readonly runs: readonly RecordedRun[];
  readonly state: State;
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await access(path);
    return true;
  } catch (error) {
    // A folder that cannot be looked into may hold runs: only one that is not there holds none.
    if (isMissing(error) || systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
};

/** Reads the journals; where there are none yet, nothing is made for the sake of reading. */
export const readState = (stateDir: string): Promise<KnownState> =>
  orFileRefusal(async () => {
    if (!(await exists(join(stateDir, 'runs')))) return {runs: [], state: replay([])};
    const runs = await (await openStore(stateDir, folderGuard())).readAll();
    return {runs, state: replay(runs)};
  });

/** Opens the journals for whoever changes something, making the folder where it is missing. @throws Refusal STATE.* */
export const openState = (stateDir: string): Promise<KnownState & {readonly store: JournalStore}> =>
  orFileRefusal(async () => {
    const store = await openStore(stateDir, folderGuard());
    await requireClosedInside(stateDir, folderGuard());
    const runs = await store.readAll();
    return {store, runs, state: replay(runs)};
  });
