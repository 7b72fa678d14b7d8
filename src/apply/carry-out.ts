import type {RunOutcome} from '../journal/model.ts';
import {sha256} from '../kit/hash.ts';
import type {Plan, Step} from '../plan/model.ts';
import {type CanaryAnswer, canariesAfter, showsNothing} from './canaries.ts';
import type {Execution, Failure} from './execution.ts';
import {type Answer, probeAfter} from './probes.ts';
import {codeOf, exitCodeOf, type RunResult, type StepReport} from './result.ts';
import {continueStep, runStep, type StepEnd} from './run-step.ts';
import {stopped} from './stopped.ts';
import {type UndoEnd, undoSteps} from './undo.ts';

/** Where to begin: a step, and a command in it. A run begins at 0, 0; recovery may begin in the middle. */
export interface Position {
  readonly step: number;
  readonly command: number;
}

export interface Work {
  readonly plan: Plan;
  readonly from: Position;
  /** What the applications answered before the first step; empty: nothing is probed. */
  readonly health: readonly Answer[];
  /** What canaries were answered before the first step. */
  readonly canaries: readonly CanaryAnswer[];
  /** Reports of the steps that an interrupted run finished. */
  readonly reports: ReadonlyMap<string, StepReport['outcome']>;
}

/** The one executor: steps forwards, proof, and the way back where a step or the proof fails. */
export const carryOut = async (execution: Execution, work: Work): Promise<RunResult> => {
  const reports = new Map(work.reports);
  const failure = (await forwards(execution, work, reports)) ?? (await prove(execution, work));
  if (!failure) {
    const outcome = execution.touched.size === 0 ? 'nothing-to-do' : 'done';
    return finish(execution, work.plan, {outcome, reports, failure: undefined, mustDo: []});
  }
  if (failure.halt) return halted(execution, work.plan, {reports, failure});
  return takeBack(execution, work.plan, {reports, failure});
};

const forwards = async (
  execution: Execution,
  {plan, from}: Work,
  reports: Map<string, StepReport['outcome']>,
): Promise<Failure | undefined> => {
  for (const [index, step] of plan.body.steps.entries()) {
    if (index < from.step) continue;
    const asked = stopped(execution, reports, plan.body.steps.length);
    if (asked) return asked;
    const middle = index === from.step && from.command > 0;
    const end: StepEnd = middle ? await continueStep(execution, step, from.command) : await runStep(execution, step);
    reports.set(step.id, end.end);
    if (end.end === 'failed') return end;
  }
  return stopped(execution, reports, plan.body.steps.length);
};

const prove = async (execution: Execution, work: Work): Promise<Failure | undefined> =>
  execution.touched.size === 0
    ? undefined
    : ((await proveHealth(execution, work)) ?? (await proveRules(execution, work.canaries)));

const proveHealth = async (execution: Execution, {plan, health}: Work): Promise<Failure | undefined> => {
  if (health.length === 0) return undefined;
  const {answers, differing} = await probeAfter(execution.server, {
    before: health,
    steps: plan.body.steps,
    warmUpMs: execution.warmUpMs,
  });
  await execution.journal.append({type: 'health.seen', when: 'after', answers: [...answers]});
  return differing.length === 0 ? undefined : {code: 'APPLY.HEALTH_DIFFERS', message: `${differing.join('; ')}.`};
};

const proveRules = async (
  {server, journal, warmUpMs, notes}: Execution,
  before: readonly CanaryAnswer[],
): Promise<Failure | undefined> => {
  const telling = before.filter((answer) => !showsNothing(answer));
  if (telling.length === 0) return undefined;
  const {answers, failing, unknown} = await canariesAfter(server, {before: telling, warmUpMs});
  await journal.append({type: 'canary.seen', when: 'after', answers: [...answers]});
  notes.push(...unknown);
  return failing.length === 0 ? undefined : {code: 'APPLY.RULE_DOES_NOT_ACT', message: `${failing.join('; ')}.`};
};

const touchedSteps = ({touched}: Execution, plan: Plan): readonly Step[] =>
  plan.body.steps.filter(({id}) => touched.has(id)).toReversed();

interface TakeBack {
  readonly reports: Map<string, StepReport['outcome']>;
  /** What went wrong; `undefined` where a person asked to take everything back. */
  readonly failure: Failure | undefined;
}

/** The run stays unfinished: nobody else may start one, and recovery waits for the process before it looks. */
const halted = (
  {journal, notes}: Execution,
  plan: Plan,
  {reports, failure}: TakeBack & {failure: Failure},
): RunResult => ({
  runId: journal.runId,
  outcome: 'not-restored',
  exitCode: 5,
  code: failure.code,
  message: failure.message,
  steps: stepReports(plan, reports),
  notes,
  mustDo:
    failure.code === 'APPLY.CHILD_RUNNING'
      ? [`${failure.message} Wait for its end or end it, then run "stopgap recover".`]
      : [],
});

const stepReports = (plan: Plan, reports: ReadonlyMap<string, StepReport['outcome']>): readonly StepReport[] =>
  plan.body.steps.map(({id}) => ({step: id, outcome: reports.get(id) ?? 'not-run'}));

/** Undoes what the run touched and has not undone yet, the latest first. */
export const takeBack = async (execution: Execution, plan: Plan, {reports, failure}: TakeBack): Promise<RunResult> => {
  if (execution.touched.size === 0) {
    return finish(execution, plan, {outcome: 'refused', reports, failure, mustDo: []});
  }
  const steps = touchedSteps(execution, plan);
  const end: UndoEnd = await undoSteps(execution, steps);
  for (const {id} of steps) reports.set(id, end.undone.includes(id) ? 'undone' : 'not-undone');
  if (!end.failure) return finish(execution, plan, {outcome: 'restored', reports, failure, mustDo: []});
  if (end.failure.halt) return halted(execution, plan, {reports, failure: end.failure});
  const message = [failure?.message, `Taking it back failed: ${end.failure.message}`].filter(Boolean).join(' ');
  const both = {code: failure?.code ?? end.failure.code, message};
  return finish(execution, plan, {
    outcome: 'not-restored',
    reports,
    failure: both,
    mustDo: end.mustDo,
  });
};

interface Finish {
  readonly outcome: RunOutcome;
  readonly reports: ReadonlyMap<string, StepReport['outcome']>;
  readonly failure: Failure | undefined;
  readonly mustDo: readonly string[];
}

const finish = async (
  execution: Execution,
  plan: Plan,
  {outcome, reports, failure, mustDo}: Finish,
): Promise<RunResult> => {
  const {journal, server, backedUp, notes} = execution;
  const files: {path: string; sha256: string | null}[] = [];
  for (const path of backedUp.values()) {
    try {
      const bytes = await server.readFile(path);
      files.push({path, sha256: bytes === undefined ? null : sha256(bytes)});
    } catch {
      notes.push(`${path} cannot be read now, so the journal does not say what the run left there.`);
    }
  }
  await journal.append({type: 'run.finished', outcome, files});
  return {
    runId: journal.runId,
    outcome,
    exitCode: exitCodeOf(outcome),
    code: codeOf(outcome, failure?.code ?? ''),
    message: failure?.message ?? '',
    steps: stepReports(plan, reports),
    notes,
    mustDo,
  };
};
