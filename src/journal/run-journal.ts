import {open} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {syncFolder} from '../kit/durable-file.ts';
import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';
import {readBackup, writeBackup} from './backup.ts';
import {type ChainEnd, encodeLine} from './line.ts';
import type {JournalEvent} from './model.ts';

/** The journal of one run while it is being written. */
export interface RunJournal {
  readonly runId: string;
  /** Resolves when the line is on the disk, not earlier. After a failure nothing more can be appended. */
  append(event: JournalEvent): Promise<void>;
  /** Keeps the bytes; resolves with their SHA-256 when they are on the disk. */
  backUp(bytes: Uint8Array): Promise<string>;
  readBackup(reference: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface RunLocation {
  readonly runsFolder: string;
  readonly runId: string;
}

export interface AppendOptions {
  readonly clock: Clock;
  /** Told every event after it is on the disk: the same words for the journal, the screen and programs. */
  readonly onEvent?: ((event: JournalEvent, runId: string) => void) | undefined;
}

export const journalFile = ({runsFolder, runId}: RunLocation): string => join(runsFolder, runId, 'journal.jsonl');

const writeFailed = (runId: string, file: string, cause: unknown): Refusal =>
  new Refusal('JOURNAL.WRITE_FAILED', `The journal of run ${runId} cannot be written; nothing more is done.`, {
    where: {file},
    untouched: 'What the run did until now stays as it is, and its journal says what that is.',
    next: [{label: 'Make room or repair the disk, then put things in order', command: 'stopgap recover'}],
    exitCode: 5,
    cause,
  });

/** Opens a run's journal for appending behind `end`; the file must end there. */
export const appendTo = async (
  location: RunLocation,
  end: ChainEnd,
  {clock, onEvent}: AppendOptions,
): Promise<RunJournal> => {
  const file = journalFile(location);
  const {runId, runsFolder} = location;
  const handle = await open(file, 'a', 0o600);
  await syncFolder(join(runsFolder, runId));
  let chain = end;
  let broken: unknown;
  let queue: Promise<void> = Promise.resolve();

  const write = async (event: JournalEvent): Promise<void> => {
    // Half a line may stand there now: a second one behind it would be damage instead of a torn end.
    if (broken !== undefined) throw writeFailed(runId, file, broken);
    const text = encodeLine(event, chain, clock.now());
    try {
      await handle.appendFile(`${text}\n`);
      await handle.sync();
    } catch (error) {
      broken = error;
      throw writeFailed(runId, file, error);
    }
    chain = {seq: chain.seq + 1, prev: sha256(text)};
    onEvent?.(event, runId);
  };

  return {
    runId,
    append: (event) => {
      const turn = queue.then(() => write(event));
      queue = turn.catch(() => undefined);
      return turn;
    },
    backUp: (bytes) => writeBackup(join(runsFolder, runId), bytes),
    readBackup: (reference) => readBackup(runsFolder, reference, runId),
    close: () => handle.close(),
  };
};
