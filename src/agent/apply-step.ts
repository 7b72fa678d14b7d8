import {isRefusal} from '../kit/refusal.ts';
import {applyReady} from '../operations/agent/apply-ready.ts';
import type {ReadyPlan} from '../operations/agent/ready-plan.ts';
import type {Standing} from '../operations/agent/standing.ts';
import type {Settings} from '../operations/settings/effective.ts';
import type {Agent} from './agent.ts';
import {settleRun} from './tend-step.ts';

interface Order {
  readonly ready: ReadyPlan;
  readonly settings: Settings;
  readonly mode: 'auto' | 'window';
}

/** What failed so often in the same circumstances is not tried again until they change, or somebody asks for a check. */
const mostAttempts = 3;

/** Another one is at work, or the window has closed meanwhile: the next check tells. */
const passing = new Set(['APPLY.LOCKED', 'APPLY.OUTSIDE_WINDOW', 'APPLY.WINDOW_TOO_SHORT', 'PLAN.STALE']);

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly run: string | null;
  readonly mustDo: readonly string[];
}

/** Applies a plan that may be applied, and has it confirmed where that was promised. */
export const applyStep = async ({id}: Standing, order: Order, agent: Agent): Promise<void> => {
  const {planId} = order.ready.plan;
  if ((agent.mind.memory().attempts[planId]?.count ?? 0) >= mostAttempts) return;
  try {
    const end = await applyReady(order.ready, order.settings, {context: agent.context, mode: order.mode});
    for (const {run, deadline, by} of end.takenBack) {
      await agent.voice.tell({is: 'rolled-back', run, by, reason: `it was not confirmed by ${deadline}`});
    }
    if (end.did === 'nothing') return;
    const {runId: run, exitCode, code, message, mustDo} = end.result;
    if (exitCode !== 0) return await failed(id, planId, {code: code ?? 'APPLY.FAILED', message, run, mustDo}, agent);
    await keep(id, {planId, run, order}, agent);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (passing.has(error.code)) return;
    await failed(id, planId, {code: error.code, message: error.message, run: null, mustDo: []}, agent);
  }
};

interface Applied {
  readonly planId: string;
  readonly run: string;
  readonly order: Order;
}

const keep = async (id: string, {planId, run, order}: Applied, agent: Agent): Promise<void> => {
  const done = {run, ids: [id], planId};
  if (order.mode === 'auto') {
    forgetAttempts(id, agent);
    return agent.voice.tell({is: 'applied', ...done});
  }
  await agent.clock.wait(order.settings.agent.settle, agent.stop);
  // The next agent settles it, or the watchdog takes it back.
  if (agent.stop.aborted) return;
  if (await settleRun(done, agent)) return forgetAttempts(id, agent);
  count(id, planId, 'its applications did not stay healthy', agent);
};

const failed = async (id: string, planId: string, failure: Failure, agent: Agent): Promise<void> => {
  const attempt = count(id, planId, failure.message, agent);
  const last = `it was tried ${attempt} times and is not tried again until something changes, or: stopgap agent check`;
  const mustDo = attempt < mostAttempts ? failure.mustDo : [...failure.mustDo, last];
  await agent.voice.tell({is: 'failed', ids: [id], ...failure, mustDo});
};

const count = (id: string, planId: string, message: string, {mind}: Agent): number => {
  const {attempts} = mind.memory();
  const attempt = (attempts[planId]?.count ?? 0) + 1;
  const others = Object.entries(attempts).filter(([, {id: other}]) => other !== id);
  mind.change({attempts: {...Object.fromEntries(others), [planId]: {id, count: attempt, message}}});
  return attempt;
};

const forgetAttempts = (id: string, {mind}: Agent): void => {
  const others = Object.entries(mind.memory().attempts).filter(([, {id: other}]) => other !== id);
  mind.change({attempts: Object.fromEntries(others)});
};
