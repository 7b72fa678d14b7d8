import {mkdir, readFile, truncate} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {isMissing} from '../kit/system-error.ts';
import {type ParsedJournal, parseJournal} from './line.ts';
import type {JournalEvent, JournalLine} from './model.ts';
import {appendTo, journalFile} from './run-journal.ts';

/*
 * What people decide outside of a run: a chain of lines of its own, beside the runs, read, verified and written like the
 * journal of one.
 */

const location = (stateDir: string, name: string) => ({runsFolder: stateDir, runId: name});

const read = async (stateDir: string, name: string): Promise<ParsedJournal> => {
  const file = journalFile(location(stateDir, name));
  let bytes: Uint8Array = new Uint8Array();
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return parseJournal(bytes, {runId: name, file});
};

/** All lines, oldest first. @throws Refusal JOURNAL.DAMAGED */
export const readLedger = async (stateDir: string, name: string): Promise<readonly JournalLine[]> =>
  (await read(stateDir, name)).lines;

/** Resolves when the line is on the disk. Whoever calls it holds the server's lock. */
export const appendToLedger = async (
  stateDir: string,
  name: string,
  {event, clock}: {readonly event: JournalEvent; readonly clock: Clock},
): Promise<void> => {
  const {end, length, torn} = await read(stateDir, name);
  await mkdir(join(stateDir, name), {recursive: true, mode: 0o700});
  if (torn > 0) await truncate(journalFile(location(stateDir, name)), length);
  const journal = await appendTo(location(stateDir, name), end, {clock});
  try {
    await journal.append(event);
  } finally {
    await journal.close();
  }
};
