import {mkdir, readdir, readFile, statfs, truncate} from 'node:fs/promises';
import {join} from 'node:path';
import {syncFolder} from '../kit/durable-file.ts';
import type {FolderGuard} from '../kit/folder-guard.ts';
import {Refusal} from '../kit/refusal.ts';
import {isMissing} from '../kit/system-error.ts';
import {chainStart, type ParsedJournal, parseJournal} from './line.ts';
import type {JournalLine} from './model.ts';
import {type AppendOptions, appendTo, journalFile, type RunJournal} from './run-journal.ts';
import {openStateFolder} from './state-folder.ts';

/** A run as its journal tells it. */
export interface RecordedRun {
  readonly runId: string;
  /** Empty: the run was never begun, its first line did not reach the disk. */
  readonly lines: readonly JournalLine[];
  /** Bytes of a half-written last line, dropped; 0 is usual. */
  readonly torn: number;
}

/** All runs of one state folder. Nothing else about them is stored anywhere. */
export interface JournalStore {
  /** Oldest first. */
  runIds(): Promise<readonly string[]>;
  /** @throws Refusal JOURNAL.DAMAGED */
  read(runId: string): Promise<RecordedRun>;
  /** Oldest first. One damaged journal refuses all: nobody can say any more what is held. */
  readAll(): Promise<readonly RecordedRun[]>;
  create(options: AppendOptions): Promise<RunJournal>;
  /** Continues the journal of a run, behind its last whole line. */
  reopen(runId: string, options: AppendOptions): Promise<RunJournal>;
  /** Room left for backups, in bytes. */
  freeBytes(): Promise<number>;
}

const runPattern = /^r([1-9]\d{0,8})$/;
const numberOf = (runId: string): number => Number(runPattern.exec(runId)?.[1] ?? Number.NaN);

/** @throws Refusal STATE.READABLE_BY_OTHERS */
export const openStore = async (stateDir: string, guard: FolderGuard): Promise<JournalStore> => {
  await openStateFolder(stateDir, guard);
  const runsFolder = join(stateDir, 'runs');
  await mkdir(runsFolder, {recursive: true, mode: 0o700});
  await syncFolder(stateDir);

  const runIds = async () =>
    (await readdir(runsFolder)).filter((name) => runPattern.test(name)).toSorted((a, b) => numberOf(a) - numberOf(b));
  const read = async (runId: string) => {
    const {lines, torn} = await parse(runsFolder, runId);
    return {runId, lines, torn};
  };
  return {
    runIds,
    read,
    readAll: async () => Promise.all((await runIds()).map(read)),
    create: async (options) => {
      const last = (await runIds()).at(-1);
      const runId = `r${last === undefined ? 1 : numberOf(last) + 1}`;
      await makeRunFolder(runsFolder, runId);
      return appendTo({runsFolder, runId}, chainStart, options);
    },
    reopen: async (runId, options) => {
      const {end, length, torn} = await parse(runsFolder, runId);
      if (torn > 0) await truncate(journalFile({runsFolder, runId}), length);
      return appendTo({runsFolder, runId}, end, options);
    },
    freeBytes: async () => {
      const {bavail, bsize} = await statfs(stateDir);
      return bavail * bsize;
    },
  };
};

const makeRunFolder = async (runsFolder: string, runId: string): Promise<void> => {
  const folder = join(runsFolder, runId);
  // Not recursive: two processes that take the same id would be two writers of one chain.
  await mkdir(folder, {mode: 0o700});
  await mkdir(join(folder, 'backup'), {mode: 0o700});
  await syncFolder(runsFolder);
};

const parse = async (runsFolder: string, runId: string): Promise<ParsedJournal> => {
  if (!runPattern.test(runId)) throw noSuchRun(runId);
  const file = journalFile({runsFolder, runId});
  try {
    return parseJournal(await readFile(file), {runId, file});
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (!(await readdir(runsFolder)).includes(runId)) throw noSuchRun(runId);
    return {lines: [], end: chainStart, length: 0, torn: 0};
  }
};

const noSuchRun = (runId: string): Refusal =>
  new Refusal('JOURNAL.NO_SUCH_RUN', `There is no run ${runId}.`, {
    next: [{label: 'List the runs', command: 'stopgap log'}],
  });
