import type {State} from '../journal/state.ts';
import type {Plan} from '../plan/model.ts';
import type {Server} from '../server/server.ts';
import {outcomeOf} from './checks.ts';
import type {Holds} from './execution.ts';
import {allHold} from './look.ts';

/** The run that applied this very plan, if everything that its steps want is still true; there is nothing to do then. */
export const alreadyAppliedBy = async (
  plan: Plan,
  state: Pick<State, 'runs'>,
  looker: {readonly server: Server; readonly holds: Holds},
): Promise<string | undefined> => {
  const run = state.runs.findLast(({planId, outcome}) => planId === plan.planId && outcome === 'done');
  if (run === undefined) return undefined;
  const wanted = plan.body.steps.flatMap(({commands}) => commands);
  return (await allHold(looker, outcomeOf(wanted))) ? run.runId : undefined;
};
