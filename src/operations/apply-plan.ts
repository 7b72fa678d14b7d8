import {alreadyAppliedBy} from '../apply/already-applied.ts';
import {executePlan} from '../apply/execute.ts';
import {neededBytes, preflight, withLock} from '../apply/preflight.ts';
import type {RunResult} from '../apply/result.ts';
import type {JournalEvent} from '../journal/model.ts';
import {Refusal} from '../kit/refusal.ts';
import {holds} from '../plan/check.ts';
import type {Plan} from '../plan/model.ts';
import type {Server} from '../server/server.ts';
import {planForServer} from './plan-for-server.ts';
import {probeTargets} from './probe-targets.ts';
import {refusePlan} from './refuse-plan.ts';
import {checkSame, checkSeal} from './same-plan.ts';
import type {LoadedSource} from './sources.ts';
import {openState} from './state.ts';

export interface ApplyRequest {
  /** The mitigations again, from where the plan says they come from. */
  readonly sources: readonly LoadedSource[];
  readonly stateDir: string;
  readonly now: boolean;
  readonly reason: string;
  readonly by: string;
  readonly confirmWithinMs: number | undefined;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
}

export type ApplyEnd =
  | {readonly did: 'applied'; readonly result: RunResult}
  | {readonly did: 'nothing'; readonly why: string; readonly run: string | undefined};

/**
 * Applies a plan: checks that it is what planning finds now, that nothing stands in the way, and runs it.
 * @throws Refusal PLAN.ALTERED, PLAN.STALE, PLAN.REFUSED, APPLY.*
 */
export const applyPlan = async (plan: Plan, server: Server, request: ApplyRequest): Promise<ApplyEnd> => {
  checkSeal(plan);
  if (plan.body.purpose !== 'apply') {
    throw new Refusal('PLAN.NOT_FOR_APPLY', 'this is the plan of a rollback', {
      next: [{label: 'A rollback is planned afresh each time', command: 'stopgap rollback'}],
    });
  }
  return withLock(server, () => applyLocked(plan, server, request));
};

const applyLocked = async (plan: Plan, server: Server, request: ApplyRequest): Promise<ApplyEnd> => {
  const {store, state} = await openState(request.stateDir);
  const looker = {server, holds: (check: Parameters<typeof holds>[0]) => holds(check, server)};
  const run = await alreadyAppliedBy(plan, state, looker);
  if (run !== undefined) return {did: 'nothing', why: `already applied by run ${run}`, run};
  const {place} = plan.body.options;
  const options = {place: place ?? undefined, accept: plan.body.accepted};
  const now = server.clock.now();
  const fresh = await planForServer(server, {sources: request.sources, options, stateDir: request.stateDir, now});
  checkSame(plan, fresh.body);
  refusePlan(fresh.body);
  if (fresh.body.steps.length === 0) return {did: 'nothing', why: 'there is nothing to do', run: undefined};
  const refusal = preflight({
    activity: 'apply',
    plan,
    facts: await server.facts(),
    state,
    window: 'none',
    now: request.now,
    confirmWithinMs: request.confirmWithinMs ?? null,
    disk: {freeBytes: await store.freeBytes(), neededBytes: await neededBytes(server, plan)},
  });
  if (refusal) throw refusal;
  const {hostName} = await server.facts();
  const result = await executePlan(plan, server, {
    store,
    holds: looker.holds,
    kind: 'apply',
    by: request.by,
    host: hostName,
    reason: request.reason,
    now: request.now,
    ...(request.confirmWithinMs === undefined ? {} : {confirmWithinMs: request.confirmWithinMs}),
    probes: await probeTargets(server, plan.body),
    onEvent: request.onEvent,
  });
  return {did: 'applied', result};
};
