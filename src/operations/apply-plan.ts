import {alreadyAppliedBy} from '../apply/already-applied.ts';
import {type ExecuteOptions, executePlan} from '../apply/execute.ts';
import {diskFull, interrupted, mayApply, neededBytes, withLock} from '../apply/preflight.ts';
import {isStopped, type RunResult} from '../apply/result.ts';
import type {JournalEvent} from '../journal/model.ts';
import {orFileRefusal} from '../kit/file-refusal.ts';
import {Refusal} from '../kit/refusal.ts';
import {holds} from '../plan/check.ts';
import type {Plan} from '../plan/model.ts';
import {Prediction} from '../plan/predict.ts';
import type {Server} from '../server/server.ts';
import {requireApprovals} from './approve.ts';
import {canariesOf} from './canaries.ts';
import {type ConfirmGuard, requireGuard} from './confirm-guard.ts';
import {dropConfirmTask} from './confirm-task.ts';
import {afterTakingBack, type TakenBack, takeBackExpired} from './expired-confirm.ts';
import type {SourceContext} from './load-sources.ts';
import {probeTargets} from './probe-targets.ts';
import {refusePlan} from './refuse-plan.ts';
import {replan} from './replan.ts';
import {checkSame, checkSeal} from './same-plan.ts';
import type {Settings} from './settings/effective.ts';
import {readSettings} from './settings/read-settings.ts';
import {openState} from './state.ts';
import {windowFor} from './window-for.ts';
import {filesOf, writtenOtherwise} from './written-otherwise.ts';

export interface ApplyRequest {
  /** Where the mitigations of the plan are read again from; its folder of state is the server's. */
  readonly context: SourceContext;
  readonly now: boolean;
  /** `undefined`: none was given. */
  readonly reason: string | undefined;
  /** The change window that counts; `undefined`: any of them. */
  readonly window: string | undefined;
  readonly by: string;
  readonly confirmWithinMs: number | undefined;
  /** How long applications may take to answer as they should; 180 seconds by default. */
  readonly warmUpMs?: number | undefined;
  /** `undefined`: there is nobody, and so there can be no confirm. */
  readonly guard: ConfirmGuard | undefined;
  /**
   * Asked with the settings of now, once nobody else can change server or settings: why the plan must not be applied any
   * more. A person who applies needs to ask nobody.
   */
  readonly mayStill?: (settings: Settings) => Promise<Refusal | undefined>;
  /** Aborted: the step that runs is finished, and no other begins. */
  readonly stop?: AbortSignal | undefined;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
}

export type ApplyEnd = {
  /** Runs that nobody had confirmed in time and that were taken back first. */
  readonly takenBack: readonly TakenBack[];
} & (
  | {readonly did: 'applied'; readonly result: RunResult}
  | {readonly did: 'nothing'; readonly why: string; readonly run: string | undefined}
);

/**
 * Applies a plan: checks that it is what planning finds now, that nothing stands in the way, and runs it.
 * @throws Refusal PLAN.ALTERED, PLAN.STALE, PLAN.REFUSED, APPLY.*
 */
export const applyPlan = async (plan: Plan, server: Server, request: ApplyRequest): Promise<ApplyEnd> => {
  checkSeal(plan);
  if (plan.body.purpose === 'rollback' || plan.body.purpose === 'prepare-upgrade') {
    throw new Refusal(
      'PLAN.NOT_FOR_APPLY',
      `this is the plan of a ${plan.body.purpose === 'rollback' ? 'rollback' : 'suspension'}`,
      {
        next: [{label: 'A rollback is planned afresh each time', command: 'stopgap rollback'}],
      },
    );
  }
  return withLock(server, () => applyLocked(plan, server, request));
};

const applyLocked = async (plan: Plan, server: Server, request: ApplyRequest): Promise<ApplyEnd> => {
  const {by, stop, onEvent} = request;
  const {stateDir} = request.context;
  const settings = await readSettings(stateDir);
  const reason = reasonOf(request, settings);
  const takenBack = await takeBackExpired(server, {stateDir, actor: 'next-command', by, stop, onEvent});
  try {
    return await applyNow(plan, server, {request, settings, reason, takenBack});
  } catch (error) {
    throw afterTakingBack(error, takenBack);
  }
};

interface Ready {
  readonly request: ApplyRequest;
  readonly settings: Settings;
  readonly reason: string;
  readonly takenBack: readonly TakenBack[];
}

type Prepared =
  | {readonly toDo: 'nothing'; readonly why: string; readonly run: string | undefined}
  | {
      readonly toDo: 'run';
      readonly options: ExecuteOptions;
      /** What the files of the plan were. */
      readonly before: Awaited<ReturnType<typeof filesOf>>;
      /** What a person should know of it, before and after what the run itself says. */
      readonly guarded: readonly string[];
      readonly without: readonly string[];
    };

const applyNow = async (plan: Plan, server: Server, ready: Ready): Promise<ApplyEnd> => {
  const {request, takenBack} = ready;
  const {stateDir} = request.context;
  const prepared = await orFileRefusal(() => prepare(plan, server, ready));
  if (prepared.toDo === 'nothing') return {did: 'nothing', why: prepared.why, run: prepared.run, takenBack};
  const {options, before, guarded, without} = prepared;
  const result = await executePlan(plan, server, options);
  // What was taken back, or changed nothing, waits for no confirm.
  const waits = result.outcome === 'done' || isStopped(result);
  if (request.confirmWithinMs !== undefined && !waits) await dropConfirmTask(server, stateDir);
  const notes = result.outcome === 'done' ? await writtenOtherwise(server, plan.body, before) : [];
  return {did: 'applied', result: {...result, notes: [...guarded, ...result.notes, ...notes, ...without]}, takenBack};
};

/** Everything that comes before the first line of a run: it changes nothing on the server. */
const prepare = async (plan: Plan, server: Server, {request, settings, reason}: Ready): Promise<Prepared> => {
  const {by, stop, onEvent, now, confirmWithinMs, warmUpMs} = request;
  const {stateDir} = request.context;
  const withdrawn = await request.mayStill?.(settings);
  if (withdrawn) throw withdrawn;
  const {store, state} = await openState(stateDir);
  const looker = {server, holds: (check: Parameters<typeof holds>[0]) => holds(check, server)};
  const run = await alreadyAppliedBy(plan, state, looker);
  if (run !== undefined) return {toDo: 'nothing', why: `already applied by run ${run}`, run};
  // Before planning again: on a server that a crash left half-changed, every plan is stale.
  const unfinished = interrupted(state);
  if (unfinished) throw unfinished;
  await requireSameServer(plan, server);
  const prediction = new Prediction(server);
  const fresh = await replan(plan, server, {context: request.context, prediction});
  checkSame(plan, fresh);
  refusePlan(fresh);
  if (fresh.steps.length === 0 && fresh.purpose === 'apply') {
    return {toDo: 'nothing', why: 'there is nothing to do', run: undefined};
  }
  const window = windowFor(plan, settings, {named: request.window, now: server.clock.now()});
  const facts = await server.facts();
  const refusal =
    mayApply({plan, facts, state, window, now, confirmWithinMs}) ??
    diskFull({freeBytes: await store.freeBytes(), neededBytes: await neededBytes(server, plan)});
  if (refusal) throw refusal;
  await requireApprovals(plan, settings, stateDir);
  const before = await filesOf(server, plan.body);
  const {canaries, without} = await canariesOf(server, plan.body, prediction.changedFiles());
  const probes = await probeTargets(server, plan.body);
  const kind = plan.body.purpose === 'reconcile' ? 'reconcile' : 'apply';
  const options: ExecuteOptions = {
    ...{store, holds: looker.holds, kind, by, host: facts.hostName, reason, now, probes, canaries, stop, onEvent},
    ...(window.is === 'open' ? {window: window.name} : {}),
    ...(confirmWithinMs === undefined ? {} : {confirmWithinMs}),
    ...(warmUpMs === undefined ? {} : {warmUpMs}),
  };
  // Last: a watchdog is left over where something is refused after it.
  const guarded = confirmWithinMs === undefined ? [] : await requireGuard(request.guard);
  return {toDo: 'run', options, before, guarded, without};
};

/** A plan is bound to one server: another one may differ in what no plan looks at. @throws Refusal PLAN.OTHER_SERVER */
const requireSameServer = async ({meta}: Plan, server: Server): Promise<void> => {
  const {hostName} = await server.facts();
  if (hostName.toLowerCase() === meta.hostName.toLowerCase()) return;
  throw new Refusal('PLAN.OTHER_SERVER', `the plan was made for ${meta.hostName}, and this is ${hostName}`, {
    next: [{label: 'Plan for this server, compare, and apply that plan', command: 'stopgap plan ... -o FILE'}],
  });
};

const reasonOf = ({now, reason}: ApplyRequest, {requireReason}: Settings): string => {
  const given = reason?.trim() ?? '';
  if (given !== '') return given;
  if (!now || !requireReason) return 'none given';
  throw new Refusal('APPLY.REASON_MISSING', 'The settings ask for a reason where a plan is applied with --now.', {
    next: [{label: 'Say why', command: 'stopgap apply <plan> --now --reason "why"'}],
  });
};
