import {join} from 'node:path';
import {type ExecuteOptions, executePlan} from '../apply/execute.ts';
import {diskFull, mayBegin, neededBytes} from '../apply/preflight.ts';
import {isStopped, type RunResult} from '../apply/result.ts';
import {readBackup} from '../journal/backup.ts';
import type {JournalEvent, RunKind} from '../journal/model.ts';
import type {State} from '../journal/state.ts';
import {orFileRefusal} from '../kit/file-refusal.ts';
import {Refusal} from '../kit/refusal.ts';
import {version} from '../kit/version.ts';
import {holds} from '../plan/check.ts';
import type {Plan, PlanBody} from '../plan/model.ts';
import {sealPlan} from '../plan/seal.ts';
import {makeRollback} from '../rollback/make-rollback.ts';
import {makeRevert} from '../rollback/revert-run.ts';
import type {Server, ServerReader} from '../server/server.ts';
import {dropConfirmTask} from './confirm-task.ts';
import {probeTargets} from './probe-targets.ts';
import {refusePlan} from './refuse-plan.ts';
import {type KnownState, openState, readState} from './state.ts';
import {filesOf, writtenOtherwise} from './written-otherwise.ts';

export interface RollbackChoice {
  /** A run (`r3`) or a mitigation (`M1`); `undefined`: the last finished run; 'all' by its own flag. */
  readonly target: string | undefined;
  readonly all: boolean;
  readonly exact: boolean;
  /** Put the backup's bytes back also over later edits of others, with a reason. */
  readonly fromBackup: boolean;
  /** Only services and pools, for the time of an upgrade; the mitigations stay in the books. */
  readonly suspend?: true;
  readonly accept: readonly {readonly code: string; readonly reason: string}[];
}

/** What nobody has confirmed: all of that run, and nothing else. */
export const wholeRun = (run: string): RollbackChoice => ({
  target: run,
  all: false,
  exact: false,
  fromBackup: false,
  accept: [],
});

/** The active mitigations that are meant. @throws Refusal ROLLBACK.NOTHING_ACTIVE, ROLLBACK.UNKNOWN */
export const chooseMitigations = (state: State, {target, all}: RollbackChoice): readonly string[] => {
  const active = [...state.mitigations.keys()];
  if (active.length === 0 && (all || target === undefined))
    throw new Refusal('ROLLBACK.NOTHING_ACTIVE', 'no mitigation of stopgap is active on this server', {
      next: [{label: 'See what stands there, and what others put there', command: 'stopgap reconcile'}],
    });
  if (all) return active;
  const wanted = target ?? lastApplying(state);
  const byId = active.filter((id) => id.toLowerCase() === wanted?.toLowerCase());
  const ofRun = active.filter((id) => state.mitigations.get(id)?.steps.some(({run}) => run === wanted));
  const ids = byId.length > 0 ? byId : ofRun;
  if (ids.length > 0) return ids;
  throw unknown(wanted ?? '', state);
};

const unknown = (target: string, {runs, mitigations}: State): Refusal => {
  const active = [...mitigations.keys()];
  const label = active.length === 0 ? 'No mitigation is active' : `Active are ${active.join(', ')}`;
  const next = [{label, command: 'stopgap status'}];
  if (!/^r\d+$/.test(target)) {
    return new Refusal('ROLLBACK.UNKNOWN', `no mitigation "${target}" of stopgap is active on this server`, {next});
  }
  if (runs.some(({runId}) => runId === target)) {
    return new Refusal('ROLLBACK.UNKNOWN', `nothing of run ${target} is active any more on this server`, {next});
  }
  const last = runs.at(-1)?.runId;
  const known = last === undefined ? 'there is none yet' : `the last one is ${last}`;
  const log = {label: 'See which runs there are', command: 'stopgap log'};
  return new Refusal('ROLLBACK.UNKNOWN', `there is no run ${target} on this server: ${known}`, {next: [log, ...next]});
};

/** The last finished run of which something still stands; one that could not be restored needs it most. */
const lastApplying = ({runs, mitigations}: State): string | undefined =>
  runs.findLast(
    ({runId, outcome}) =>
      (outcome === 'done' || outcome === 'not-restored') &&
      [...mitigations.values()].some(({steps}) => steps.some(({run}) => run === runId)),
  )?.runId;

interface RollbackContext {
  readonly stateDir: string;
  readonly now: Date;
}

/** The plan of a rollback. Reads only. */
export const planRollback = async (
  reader: ServerReader,
  choice: RollbackChoice,
  context: RollbackContext,
): Promise<Plan> => planFrom(reader, await readState(context.stateDir), {choice, context});

/** A run that reconciled is taken back as a whole: what it removed stands in no list of what is active. */
export const runToRevert = ({runs}: State, {target, all}: RollbackChoice): string | undefined => {
  if (all) return undefined;
  const candidates = runs.filter(
    ({purpose, outcome, revertedBy, reverts}) =>
      purpose === 'reconcile' && outcome === 'done' && revertedBy === undefined && reverts === undefined,
  );
  if (target !== undefined) return candidates.find(({runId}) => runId === target)?.runId;
  const last = runs.findLast(({outcome}) => outcome === 'done');
  return candidates.find((run) => run === last)?.runId;
};

const planFrom = async (
  reader: ServerReader,
  known: KnownState,
  {choice, context}: {choice: RollbackChoice; context: RollbackContext},
): Promise<Plan> => {
  const body = await bodyOf(reader, known, {choice, context});
  const {hostName} = await reader.facts();
  return sealPlan(body, {plannedAt: context.now.toISOString(), hostName, server: reader.name, stopgap: version});
};

const bodyOf = async (
  reader: ServerReader,
  {state, runs}: KnownState,
  {choice, context}: {choice: RollbackChoice; context: RollbackContext},
): Promise<PlanBody> => {
  const runsFolder = join(context.stateDir, 'runs');
  // A plan that is made now names finished runs; there is no run of its own yet.
  const readKept = (reference: string): Promise<Uint8Array> => readBackup(runsFolder, reference, '');
  const reverted = runs.find(({runId}) => runId === runToRevert(state, choice));
  if (reverted) return makeRevert(reader, {run: reverted, readBackup: readKept});
  const {exact, fromBackup, accept} = choice;
  const common = {state, runs, exact, fromBackup, accept, readBackup: readKept};
  if (choice.suspend !== true) return makeRollback(reader, {...common, ids: chooseMitigations(state, choice)});
  return makeRollback(reader, {
    ...common,
    ids: suspendable(state),
    purpose: 'prepare-upgrade',
    only: ({kind}) => kind !== 'element',
  });
};

/** Active mitigations that keep a service or a pool off. @throws Refusal UPGRADE.NOTHING_TO_LIFT */
const suspendable = ({mitigations, resources}: State): readonly string[] => {
  const holders = [...resources.values()].filter(({first}) => first.kind !== 'element').flatMap((held) => held.holders);
  const ids = [...mitigations].filter(([id, {suspendedBy}]) => holders.includes(id) && suspendedBy === undefined);
  if (ids.length > 0) return ids.map(([id]) => id);
  throw new Refusal(
    'UPGRADE.NOTHING_TO_LIFT',
    'no service and no application pool is kept off: nothing is in the way',
    {
      next: [{label: 'After the update, compare', command: 'stopgap reconcile'}],
    },
  );
};

export interface RollbackRequest extends RollbackContext {
  readonly choice: RollbackChoice;
  readonly kind: Extract<RunKind, 'rollback' | 'expired-confirm' | 'prepare-upgrade'>;
  readonly by: string;
  readonly reason: string;
  /** Aborted: the step that runs is finished, and no other begins. */
  readonly stop?: AbortSignal | undefined;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
}

export interface RolledBack {
  readonly plan: Plan;
  readonly result: RunResult;
}

/** For whoever holds the server's lock. @throws Refusal PLAN.REFUSED, APPLY.*, ROLLBACK.* */
export const rollBackLocked = async (server: Server, request: RollbackRequest): Promise<RolledBack> => {
  const {plan, options, before, pending} = await orFileRefusal(() => prepare(server, request));
  const result = await executePlan(plan, server, options);
  if (pending && !isStopped(result)) await dropConfirmTask(server, request.stateDir);
  const notes = result.outcome === 'done' ? await writtenOtherwise(server, plan.body, before) : [];
  return {plan, result: {...result, notes: [...result.notes, ...notes]}};
};

/** Everything that comes before the first line of the run: it changes nothing on the server. */
const prepare = async (server: Server, request: RollbackRequest) => {
  const {store, ...known} = await openState(request.stateDir);
  const facts = await server.facts();
  const refusal = mayBegin({facts, state: known.state});
  if (refusal) throw refusal;
  const plan = await planFrom(server, known, {choice: request.choice, context: request});
  refusePlan(plan.body);
  const full = diskFull({freeBytes: await store.freeBytes(), neededBytes: await neededBytes(server, plan)});
  if (full) throw full;
  const reverts = runToRevert(known.state, request.choice);
  const before = await filesOf(server, plan.body);
  const {kind, by, reason, stop, onEvent} = request;
  const options: ExecuteOptions = {
    ...{store, kind, by, host: facts.hostName, reason, now: true, stop, onEvent},
    ...(reverts === undefined ? {} : {reverts}),
    holds: (check) => holds(check, server),
    // What a rollback starts again answers otherwise than before, and nobody can say how: it is not compared.
    probes: (await probeTargets(server, plan.body)).filter(() =>
      plan.body.steps.every(({id}) => !id.startsWith('app-pool/')),
    ),
  };
  return {plan, options, before, pending: known.state.pendingConfirms.length > 0};
};
