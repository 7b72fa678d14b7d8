import type {JournalEvent} from '../journal/model.ts';
import {progressOf, type RunProgress} from '../journal/progress.ts';
import type {RunJournal} from '../journal/run-journal.ts';
import type {JournalStore} from '../journal/store.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import type {Server} from '../server/server.ts';
import {carryOut, takeBack} from './carry-out.ts';
import type {Execution, Holds} from './execution.ts';
import {tornFiles} from './heal.ts';
import {judgeOpenCommand} from './judge.ts';
import {type RecoveryChoice, recoveryAction} from './recovery-decision.ts';
import type {RunResult, StepReport} from './result.ts';
import {unwrittenCommands, withUnwritten} from './unwritten.ts';
import {usualWarmUpMs} from './warm-up.ts';

export interface RecoverOptions {
  readonly store: JournalStore;
  readonly holds: Holds;
  /** `undo` is what a person gets who does not choose. */
  readonly choice: RecoveryChoice;
  readonly by: string;
  readonly host: string;
  /** Aborted: the step that runs is finished, and no other begins. */
  readonly stop?: AbortSignal | undefined;
  readonly onEvent?: (event: JournalEvent, runId: string) => void;
}

/**
 * Puts a run in order that a crash interrupted, through the executor that began it and in its own journal. Whoever calls
 * it holds the server's lock. Exit code 0 where that succeeded, whichever way it went.
 * @throws Refusal RECOVER.DIVERGED, RECOVER.CHILD_RUNNING (5), RECOVER.NOTHING_TO_DO (3); the run then stays unfinished
 */
export const recover = async (runId: string, server: Server, options: RecoverOptions): Promise<RunResult> => {
  const {store, holds, choice, by, host, stop, onEvent} = options;
  const {lines, torn} = await store.read(runId);
  const progress = progressOf(lines);
  if (progress.started === undefined || progress.finished !== undefined) throw nothingToDo(runId);
  const journal = await store.reopen(runId, {clock: server.clock, onEvent});
  try {
    await journal.append({type: 'recovery.started', by, host, choice, dropped: torn});
    const execution = {...resume(journal, progress, {server, holds, torn}), stop};
    return await goOn(execution, progress, {plan: progress.started.plan, choice});
  } finally {
    await journal.close();
  }
};

const resume = (
  journal: RunJournal,
  progress: RunProgress,
  {server, holds, torn}: {server: Server; holds: Holds; torn: number},
): Execution => ({
  server,
  journal,
  holds,
  touched: new Set(
    [...progress.steps].filter(([, {touched, status}]) => touched && status !== 'undone').map(([id]) => id),
  ),
  backedUp: new Map([...progress.backups].map(([key, {path}]) => [key, path])),
  copies: new Map(
    [...progress.backups].flatMap(([key, {sha256}]) => (sha256 === null ? [] : [[key, sha256] as const])),
  ),
  warmUpMs: usualWarmUpMs,
  notes: torn === 0 ? [] : [`The last line of the journal was cut off by the crash; its ${torn} bytes were dropped.`],
});

const goOn = async (
  execution: Execution,
  written: RunProgress,
  {plan, choice}: {plan: Plan; choice: RecoveryChoice},
): Promise<RunResult> => {
  const {steps} = plan.body;
  const unwritten = await unwrittenCommands(execution, steps, written);
  const progress = withUnwritten(written, unwritten);
  for (const ref of unwritten) {
    execution.touched.add(ref.step);
    await execution.journal.append({type: 'recovery.judged', ...ref, verdict: 'finished'});
    const label = steps.find(({id}) => id === ref.step)?.label ?? ref.step;
    execution.notes.push(`command ${ref.index + 1} of "${label}" had run, although no line of the journal says so.`);
  }
  const judged = progress.open && (await judgeOpenCommand(execution, steps, progress.open, progress));
  if (judged) {
    await execution.journal.append({type: 'recovery.judged', ...judged.ref, verdict: judged.verdict});
  }
  // Half a file is neither state, and yet there is a way: back, by the copy.
  const torn = judged?.verdict === 'diverged' && (await tornFiles(execution, steps)).length > 0;
  const action = torn ? ({act: 'undo'} as const) : recoveryAction({steps, progress, verdict: judged?.verdict, choice});
  const reports = reportsOf(progress);
  switch (action.act) {
    case 'stop':
      throw diverged(execution.journal.runId, judged?.found ?? '');
    case 'continue':
      return carryOut(execution, {
        plan,
        from: action.from,
        health: progress.health ?? [],
        canaries: progress.canaries ?? [],
        reports,
      });
    case 'undo': {
      const result = await takeBack(execution, plan, {reports, failure: undefined});
      return result.outcome === 'not-restored' ? result : {...result, exitCode: 0, code: null};
    }
  }
};

const reportsOf = ({steps}: RunProgress): Map<string, StepReport['outcome']> =>
  new Map([...steps].map(([id, {status}]) => [id, status === 'begun' ? 'failed' : status]));

const nothingToDo = (runId: string): Refusal =>
  new Refusal('RECOVER.NOTHING_TO_DO', `Run ${runId} was not interrupted.`, {
    next: [{label: 'See what it did', command: 'stopgap log'}],
  });

const diverged = (runId: string, found: string): Refusal =>
  new Refusal('RECOVER.DIVERGED', `Run ${runId} was interrupted in the middle of a change. ${found}`, {
    untouched: 'Recovery changed nothing.',
    next: [
      {label: 'Bring what it names into one of the two states by hand'},
      {label: 'Then recover again', command: 'stopgap recover'},
    ],
    exitCode: 5,
  });
