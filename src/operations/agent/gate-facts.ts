import {approversOf, neededApprovals} from '../approve.ts';
import type {Settings} from '../settings/effective.ts';
import {type KnownState, readState} from '../state.ts';
import {unrestoredOf} from '../unrestored.ts';
import {windowFor} from '../window-for.ts';
import type {ReadyPlan} from './ready-plan.ts';
import type {Waiting} from './waiting.ts';

/** What has to be looked up for one plan before it can be judged. */
export interface GateFacts {
  /** What has to be put in order first; `undefined`: no run is half done. */
  readonly disorder: Extract<Waiting, {for: 'order'}> | undefined;
  /** Runs that wait for their confirm. */
  readonly pendingConfirms: readonly {readonly run: string}[];
  readonly approvals: {readonly have: number; readonly need: number};
  readonly window: ReturnType<typeof windowFor>;
}

const disorderOf = (known: KnownState): GateFacts['disorder'] => {
  const {unfinished} = known.state;
  if (unfinished) return {for: 'order', run: unfinished.runId, because: 'interrupted'};
  const [unrestored] = unrestoredOf(known);
  return unrestored && {for: 'order', run: unrestored.run, because: 'not-restored'};
};

export const gateFactsOf = async (
  {plan}: ReadyPlan,
  settings: Settings,
  {stateDir, now}: {readonly stateDir: string; readonly now: Date},
): Promise<GateFacts> => {
  const known = await readState(stateDir);
  return {
    disorder: disorderOf(known),
    pendingConfirms: known.state.pendingConfirms,
    approvals: {have: (await approversOf(plan, stateDir)).length, need: neededApprovals(plan, settings)},
    window: windowFor(plan, settings, {named: undefined, now}),
  };
};
