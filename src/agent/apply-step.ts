import {isRefusal} from '../kit/refusal.ts';
import {applyReady} from '../operations/agent/apply-ready.ts';
import type {ReadyPlan} from '../operations/agent/ready-plan.ts';
import type {Standing} from '../operations/agent/standing.ts';
import type {Settings} from '../operations/settings/effective.ts';
import type {Agent} from './agent.ts';
import {attemptsOf, forgetAttempts, mostAttempts, noteAttempt} from './attempts.ts';
import {settleRun} from './tend-step.ts';

interface Order {
  readonly ready: ReadyPlan;
  readonly settings: Settings;
  readonly mode: 'auto' | 'window';
}

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
  const message = 'its applications did not stay healthy';
  noteAttempt({id, planId, count: attemptsOf(planId, agent) + 1, message}, agent);
};

const failed = async (id: string, planId: string, failure: Failure, agent: Agent): Promise<void> => {
  const attempt = attemptsOf(planId, agent) + 1;
  noteAttempt({id, planId, count: attempt, message: failure.message}, agent);
  const last = `it was tried ${attempt} times; the next attempt is a day away, or at once by: stopgap agent check`;
  const mustDo = attempt < mostAttempts ? failure.mustDo : [...failure.mustDo, last];
  await agent.voice.tell({is: 'failed', ids: [id], ...failure, mustDo});
};
