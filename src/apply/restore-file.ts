import {escapeLine} from '../kit/escape-control.ts';
import {sha256} from '../kit/hash.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {StepCommand} from '../plan/model.ts';
import type {Execution, Failure, Outcome, Placed} from './execution.ts';

type RestoreFile = Extract<StepCommand, {do: 'restore-file'}>;

const fileHash = async ({server}: Execution, path: string): Promise<string | null> => {
  const bytes = await server.readFile(path);
  return bytes === undefined ? null : sha256(bytes);
};

/** Puts the bytes of a backup back, if the file is still what the plan was made for. */
export const restoreFile = async (execution: Execution, {ref, command}: Placed<RestoreFile>): Outcome => {
  const {journal, server, touched} = execution;
  const {path, from, to} = command;
  const prepared = await prepare(execution, command);
  if (prepared === 'in-place') {
    await journal.append({type: 'command.skipped', ...ref});
    return undefined;
  }
  if ('code' in prepared) return prepared;
  // On disk before the file is touched; the line may not move.
  await journal.append({type: 'command.intended', ...ref, attempt: 1, act: {do: 'restore-file', path, from, to}});
  if (ref.phase === 'do') touched.add(ref.step);
  const began = server.clock.now().getTime();
  let error: string | null = null;
  try {
    await server.restorer.restoreFile(path, prepared.bytes);
  } catch (cause) {
    error = isRefusal(cause) ? cause.code : 'SERVER.RESTORE_FAILED';
  }
  const durationMs = Math.max(0, server.clock.now().getTime() - began);
  await journal.append({type: 'command.done', exitCode: null, stdout: '', durationMs, error});
  const now = await attempt(() => fileHash(execution, path));
  if (now === to) return undefined;
  const found = typeof now === 'string' ? `its SHA-256 is ${now}` : 'it cannot be read';
  const reason = error === null ? found : `${found} (${error})`;
  return failure('APPLY.NOT_EFFECTIVE', `${path} is not what the backup holds: ${reason}.`);
};

const prepare = async (
  execution: Execution,
  {path, from, to, backup}: RestoreFile,
): Promise<'in-place' | Failure | {bytes: Uint8Array}> => {
  const now = await attempt(() => fileHash(execution, path));
  if (now === to) return 'in-place';
  if (now !== from) {
    return failure('APPLY.FILE_CHANGED', `${path} is no longer what the run left: somebody changed it since.`);
  }
  try {
    const bytes = await execution.journal.readBackup(backup);
    if (sha256(bytes) === to) return {bytes};
    return failure('JOURNAL.BACKUP_DAMAGED', `The backup ${backup} does not hold what ${path} should be.`);
  } catch (error) {
    if (isRefusal(error)) return failure(error.code, error.message);
    throw error;
  }
};

const attempt = async (read: () => Promise<string | null>): Promise<string | null | undefined> => {
  try {
    return await read();
  } catch {
    return undefined;
  }
};

const failure = (code: string, message: string): Failure => ({code, message: escapeLine(message)});
