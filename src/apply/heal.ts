import {escapeLine} from '../kit/escape-control.ts';
import {fileRefusal} from '../kit/file-refusal.ts';
import {sha256} from '../kit/hash.ts';
import {isRefusal} from '../kit/refusal.ts';
import {fileKey} from '../plan/holds.ts';
import type {Step} from '../plan/model.ts';
import {outcomeOf} from './checks.ts';
import type {Execution, Failure} from './execution.ts';

/*
 * A program that is killed while it writes leaves half a file. Nothing can be undone through a configuration that cannot
 * be read, so the run's own copy is put back first: what the run did in that file is gone with it, and the undo of each
 * step finds its work done.
 */

/** Files that the run has a copy of and that cannot be read as configuration any more. */
export const tornFiles = async (execution: Execution, steps: readonly Step[]): Promise<readonly string[]> => {
  const found = new Map<string, string>();
  for (const check of outcomeOf(steps.flatMap(({commands}) => commands))) {
    const file = await unreadable(execution, check);
    const saved = file === undefined ? undefined : execution.backedUp.get(fileKey(file));
    if (saved !== undefined) found.set(fileKey(saved), saved);
  }
  return [...found.values()];
};

const unreadable = async (
  {holds}: Execution,
  check: Parameters<Execution['holds']>[0],
): Promise<string | undefined> => {
  try {
    await holds(check);
    return undefined;
  } catch (error) {
    return isRefusal(error) && error.code === 'IIS.MALFORMED' ? error.where.file : undefined;
  }
};

/** Puts the run's copies back in place of files that cannot be read. `undefined`: nothing stands in the way of an undo. */
export const healTorn = async (execution: Execution, steps: readonly Step[]): Promise<Failure | undefined> => {
  for (const path of await tornFiles(execution, steps)) {
    const failure = await heal(execution, path);
    if (failure) return failure;
  }
  return undefined;
};

const heal = async ({server, journal, copies, notes}: Execution, path: string): Promise<Failure | undefined> => {
  const to = copies.get(fileKey(path));
  if (to === undefined) return undefined;
  try {
    const torn = await server.readFile(path);
    // Half a file may still tell a person something.
    const from = torn ? await journal.backUp(torn) : null;
    const bytes = await journal.readBackup(`this/${to}`);
    // On disk before the file is touched; the line may not move.
    await journal.append({type: 'file.restoring', path, from, to});
    await server.restorer.restoreFile(path, bytes);
    const now = await server.readFile(path);
    if (now && sha256(now) === to) {
      notes.push(`${path} could not be read any more: the copy from before the run was put back.`);
      return undefined;
    }
    return {code: 'APPLY.NOT_EFFECTIVE', message: escapeLine(`${path} is not what the backup holds.`)};
  } catch (error) {
    const known = isRefusal(error) ? error : fileRefusal(error);
    if (!known) throw error;
    return {code: known.code, message: escapeLine(known.message)};
  }
};
