import {type ApplyEnd, type ApplyRequest, applyPlan} from '../apply-plan.ts';
import type {Settings} from '../settings/effective.ts';
import {type AgentContext, sourceContext} from './context.ts';
import type {ReadyPlan} from './ready-plan.ts';

interface Manner extends Required<Pick<ApplyRequest, 'mayStill'>> {
  readonly context: AgentContext;
  readonly mode: 'auto' | 'window';
}

const askingMs = 60_000;

/** Nobody can confirm a run before it has settled and was asked for its health again, whatever the settings say. */
const confirmWithinMs = ({agent: {confirmWithin, settle}}: Settings): number =>
  Math.max(confirmWithin, settle + askingMs);

/**
 * Applies a plan of the agent: at once in mode auto; in mode window inside of one, with a deadline by which the run has to
 * be confirmed.
 * @throws Refusal as applyPlan
 */
export const applyReady = (
  {plan}: ReadyPlan,
  settings: Settings,
  {context, mode, mayStill}: Manner,
): Promise<ApplyEnd> => {
  const {server, by, guard, onEvent} = context;
  return applyPlan(plan, server, {
    context: sourceContext(context, settings),
    now: mode === 'auto',
    reason: `the agent, mode ${mode}`,
    window: undefined,
    by,
    confirmWithinMs: mode === 'window' ? confirmWithinMs(settings) : undefined,
    guard,
    mayStill,
    onEvent,
  });
};
