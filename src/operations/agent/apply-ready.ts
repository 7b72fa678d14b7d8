import {type ApplyEnd, applyPlan} from '../apply-plan.ts';
import type {Settings} from '../settings/effective.ts';
import {type AgentContext, sourceContext} from './context.ts';
import type {ReadyPlan} from './ready-plan.ts';

/**
 * Applies a plan of the agent: at once in mode auto; in mode window inside of one, with a deadline by which the run has to
 * be confirmed.
 * @throws Refusal as applyPlan
 */
export const applyReady = (
  {plan}: ReadyPlan,
  settings: Settings,
  {context, mode}: {readonly context: AgentContext; readonly mode: 'auto' | 'window'},
): Promise<ApplyEnd> => {
  const {server, by, guard, onEvent} = context;
  return applyPlan(plan, server, {
    context: sourceContext(context, settings),
    now: mode === 'auto',
    reason: `the agent, mode ${mode}`,
    window: undefined,
    by,
    confirmWithinMs: mode === 'window' ? settings.agent.confirmWithin : undefined,
    guard,
    onEvent,
  });
};
