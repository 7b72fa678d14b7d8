import type {JournalEvent, RunKind} from '../journal/model.ts';
import type {RunJournal} from '../journal/run-journal.ts';
import type {JournalStore} from '../journal/store.ts';
import type {Canary} from '../plan/canary.ts';
import type {Plan} from '../plan/model.ts';
import type {Server} from '../server/server.ts';
import {askCanaries, type CanaryAnswer, showsNothing} from './canaries.ts';
import {carryOut} from './carry-out.ts';
import type {Execution, Holds} from './execution.ts';
import {type Answer, askBefore, type ProbeTarget} from './probes.ts';
import type {RunResult} from './result.ts';
import {usualWarmUpMs} from './warm-up.ts';

export interface ExecuteOptions {
  readonly store: JournalStore;
  readonly holds: Holds;
  readonly kind: RunKind;
  /** Account of the operating system that asked for it. */
  readonly by: string;
  readonly host: string;
  readonly reason: string;
  /** Outside of a change window on purpose. */
  readonly now: boolean;
  readonly confirmWithinMs?: number;
  /** The change window that is open. */
  readonly window?: string;
  /** The run that this one takes back. */
  readonly reverts?: string;
  /** Applications to probe before and after. */
  readonly probes?: readonly ProbeTarget[];
  /** Requests that the rules of the plan must refuse. */
  readonly canaries?: readonly Canary[];
  /** 180 seconds by default. */
  readonly warmUpMs?: number;
  /** Aborted: the step that runs is finished, and no other begins. */
  readonly stop?: AbortSignal | undefined;
  readonly onEvent?: (event: JournalEvent, runId: string) => void;
}

/**
 * Runs a plan as a new run: apply, rollback and expired confirm alike. Whoever calls it holds the server's lock, has
 * passed preflight, and has planned again and found this very plan.
 * @throws Refusal JOURNAL.WRITE_FAILED: nothing more was done than the journal says; `recover` puts it in order.
 */
export const executePlan = async (plan: Plan, server: Server, options: ExecuteOptions): Promise<RunResult> => {
  const {store, holds, probes = [], canaries = [], onEvent} = options;
  const journal = await store.create({clock: server.clock, onEvent});
  try {
    await open(journal, plan, {server, options});
    const execution: Execution = {
      server,
      journal,
      holds,
      touched: new Set(),
      backedUp: new Map(),
      copies: new Map(),
      warmUpMs: options.warmUpMs ?? usualWarmUpMs,
      stop: options.stop,
      notes: [],
    };
    const changes = plan.body.steps.some(({status}) => status === 'to-do');
    const health = changes ? await lookBefore(execution, probes) : [];
    const seen = changes ? await sendBefore(execution, canaries) : [];
    const from = {step: 0, command: 0};
    const result = await carryOut(execution, {plan, from, health, canaries: seen, reports: new Map()});
    // The time to look at it begins when there is something to look at; a crash before leaves the first deadline.
    if (result.outcome === 'done') await promise(journal, server, options);
    return result;
  } finally {
    await journal.close();
  }
};

const open = async (
  journal: RunJournal,
  plan: Plan,
  {server, options}: {server: Server; options: ExecuteOptions},
): Promise<void> => {
  const {kind, by, host, reason, now, window, reverts, confirmWithinMs = null} = options;
  const {planId} = plan;
  const {runId} = journal;
  const begin = {formatVersion: 1 as const, runId, planId, kind, plan, by, host, reason, now, confirmWithinMs};
  const rest = {...(window === undefined ? {} : {window}), ...(reverts === undefined ? {} : {reverts})};
  await journal.append({type: 'run.started', ...begin, ...rest});
  // Absolute, and before the first step: a restart of the server cannot move it.
  await promise(journal, server, options);
};

const promise = async (
  journal: RunJournal,
  server: Server,
  {confirmWithinMs}: Pick<ExecuteOptions, 'confirmWithinMs'>,
): Promise<void> => {
  if (confirmWithinMs === undefined) return;
  const deadline = new Date(server.clock.now().getTime() + confirmWithinMs).toISOString();
  await journal.append({type: 'confirm.pending', deadline});
};

const lookBefore = async (
  {server, journal, notes}: Execution,
  targets: readonly ProbeTarget[],
): Promise<readonly Answer[]> => {
  if (targets.length === 0) return [];
  const answers = await askBefore(server.prober, targets);
  await journal.append({type: 'health.seen', when: 'before', answers: [...answers]});
  for (const {site, path, status} of answers) {
    if (typeof status !== 'number') notes.push(`${path} of ${site} gave no answer before the change.`);
  }
  return answers;
};

const sendBefore = async (
  {server, journal, notes}: Execution,
  canaries: readonly Canary[],
): Promise<readonly CanaryAnswer[]> => {
  if (canaries.length === 0) return [];
  const answers = await askCanaries(server.prober, canaries);
  await journal.append({type: 'canary.seen', when: 'before', answers: [...answers]});
  for (const answer of answers.filter(showsNothing)) {
    notes.push(
      `GET ${answer.url} of ${answer.site} was not answered before the change, so it cannot prove that the rule "${answer.rule}" acts.`,
    );
  }
  return answers;
};
