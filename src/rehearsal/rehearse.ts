import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Step} from '../plan/model.ts';
import type {RehearsalServer} from '../server/scratch.ts';
import {type CommandForm, editsOf, type RehearsalReport, type RehearsedStep, type Verdict} from './verdict.ts';

/** What a copy holds now, compared with what was predicted for it; the stage that plans knows how. */
export interface Expectation {
  /** Compares the copies with what the steps up to this one are predicted to leave. */
  afterStep(step: string, read: CopyReader): Promise<Compared>;
  /** Compares them with what they were before any command. */
  afterUndo(read: CopyReader): Promise<Compared>;
  /** Diffs of what the copies hold now, as the server's own files would change. */
  diffs(read: CopyReader): Promise<readonly {readonly file: string; readonly diff: string}[]>;
}

export interface Compared {
  readonly verdict: Verdict;
  readonly why: string;
}

/** Reads a copy by its path; `undefined` where there is none. */
export type CopyReader = (path: string) => Promise<Uint8Array | undefined>;

export interface Stage {
  readonly server: RehearsalServer;
  /** The copy of applicationHost.config. */
  readonly applicationHost: string;
  readonly steps: readonly Step[];
  readonly form: CommandForm;
  readonly expectation: Expectation;
  /** Files of the server that may not change. */
  readonly production: readonly string[];
}

/** A command of a plan on the copies; what went wrong, if anything did. */
const onCopies = async ({server, applicationHost}: Stage, args: readonly string[]): Promise<string | undefined> => {
  const {exitCode, stdout} = await server.editCopy(applicationHost, args);
  return exitCode === 0 ? undefined : `exit code ${exitCode}: ${stdout.trim()}`;
};

const runAll = async (stage: Stage, commands: readonly (readonly string[])[]): Promise<string | undefined> => {
  for (const args of commands) {
    const failure = await onCopies(stage, args);
    if (failure !== undefined) return failure;
  }
  return undefined;
};

const hashes = async ({server, production}: Stage): Promise<readonly string[]> =>
  Promise.all(
    production.map(async (path) => {
      const bytes = await server.readFile(path);
      return bytes ? sha256(bytes) : 'absent';
    }),
  );

const rehearseSteps = async (stage: Stage, read: CopyReader): Promise<readonly RehearsedStep[]> => {
  const rehearsed: RehearsedStep[] = [];
  for (const {id, label, commands} of stage.steps) {
    const failure = await runAll(stage, editsOf(commands));
    const compared = failure === undefined ? await stage.expectation.afterStep(id, read) : undefined;
    const {verdict, why} = compared ?? {verdict: 'failed' as const, why: failure ?? ''};
    rehearsed.push({step: id, label, verdict, why});
    // What comes behind it was predicted on top of it.
    if (verdict === 'failed' || verdict === 'different') break;
  }
  return rehearsed;
};

const rehearseUndo = async (stage: Stage, read: CopyReader): Promise<RehearsalReport['undo']> => {
  const commands = stage.steps.toReversed().flatMap(({undo}) => editsOf(undo));
  const failure = await runAll(stage, commands);
  return failure === undefined ? stage.expectation.afterUndo(read) : {verdict: 'failed', why: failure};
};

/**
 * Runs the configuration edits of a plan, and then its way back, on scratch copies by the server's own appcmd, and compares
 * what came out with what was predicted. Proves that the server's own files stayed what they were.
 * @throws Refusal REHEARSAL.PRODUCTION_TOUCHED
 */
export const rehearse = async (stage: Stage): Promise<RehearsalReport> => {
  const read: CopyReader = (path) => stage.server.readFile(path);
  const before = await hashes(stage);
  const steps = await rehearseSteps(stage, read);
  const complete =
    steps.length === stage.steps.length && steps.every(({verdict}) => verdict !== 'failed' && verdict !== 'different');
  const files = await stage.expectation.diffs(read);
  const undo = complete
    ? await rehearseUndo(stage, read)
    : {verdict: 'failed' as const, why: 'not tried, because a step did not come out as predicted'};
  const after = await hashes(stage);
  const touched = stage.production.filter((_, index) => before[index] !== after[index]);
  if (touched.length > 0) {
    throw new Refusal('REHEARSAL.PRODUCTION_TOUCHED', `${touched.join(', ')} changed during the rehearsal`, {
      untouched: 'It is not known whether the rehearsal did it or somebody else did at the same time.',
      exitCode: 5,
      next: [{label: 'Look at the file and at who changed it, then plan again'}],
    });
  }
  return {form: stage.form, steps, undo, files, untouched: stage.production};
};
