import {mkdir, readFile, truncate} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {parseJournal} from './line.ts';
import type {EventOf, LineOf} from './model.ts';
import {appendTo, journalFile} from './run-journal.ts';

/*
 * Who approved which plan: a chain of lines of its own, because an approval comes before there is a run. It lies beside
 * the runs and is read, verified and written like the journal of one.
 */

const location = (stateDir: string) => ({runsFolder: stateDir, runId: 'approvals'});

const read = async (stateDir: string) => {
  const file = journalFile(location(stateDir));
  let bytes: Uint8Array = new Uint8Array();
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return parseJournal(bytes, {runId: 'approvals', file});
};

/** All approvals, oldest first. @throws Refusal JOURNAL.DAMAGED */
export const readApprovals = async (stateDir: string): Promise<readonly LineOf<'plan.approved'>[]> =>
  (await read(stateDir)).lines.flatMap((line) => (line.type === 'plan.approved' ? [line] : []));

/** Resolves when the approval is on the disk. Whoever calls it holds the server's lock. */
export const appendApproval = async (
  stateDir: string,
  approval: EventOf<'plan.approved'>,
  clock: Clock,
): Promise<void> => {
  const {end, length, torn} = await read(stateDir);
  await mkdir(join(stateDir, 'approvals'), {recursive: true, mode: 0o700});
  if (torn > 0) await truncate(journalFile(location(stateDir)), length);
  const journal = await appendTo(location(stateDir), end, {clock});
  try {
    await journal.append(approval);
  } finally {
    await journal.close();
  }
};
