import {approversOf, neededApprovals} from '../approve.ts';
import type {Settings} from '../settings/effective.ts';
import {readState} from '../state.ts';
import {windowFor} from '../window-for.ts';
import type {ReadyPlan} from './ready-plan.ts';

/** What has to be looked up for one plan before it can be judged. */
export interface GateFacts {
  /** Runs that wait for their confirm. */
  readonly pendingConfirms: readonly {readonly run: string}[];
  readonly approvals: {readonly have: number; readonly need: number};
  readonly window: ReturnType<typeof windowFor>;
}

export const gateFactsOf = async (
  {plan}: ReadyPlan,
  settings: Settings,
  {stateDir, now}: {readonly stateDir: string; readonly now: Date},
): Promise<GateFacts> => ({
  pendingConfirms: (await readState(stateDir)).state.pendingConfirms,
  approvals: {have: (await approversOf(plan, stateDir)).length, need: neededApprovals(plan, settings)},
  window: windowFor(plan, settings, {named: undefined, now}),
});
