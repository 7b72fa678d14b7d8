import {isRefusal, Refusal} from '../kit/refusal.ts';
import {applyReady} from '../operations/agent/apply-ready.ts';
import {circumstancesOf} from '../operations/agent/circumstances.ts';
import {gateFactsOf} from '../operations/agent/gate-facts.ts';
import type {ReadyPlan} from '../operations/agent/ready-plan.ts';
import type {Standing} from '../operations/agent/standing.ts';
import {waitingText} from '../operations/agent/waiting-text.ts';
import {workOf} from '../operations/agent/work-of.ts';
import {blockOf, type Settings} from '../operations/settings/effective.ts';
import type {Agent} from './agent.ts';
import {attemptsOf, forgetAttempts, mostAttempts, noteAttempt} from './attempts.ts';
import {gate} from './gate.ts';
import {tellUnrestored} from './tell-unrestored.ts';
import {settleRun} from './tend-step.ts';

interface Order {
  readonly ready: ReadyPlan;
  readonly settings: Settings;
  readonly mode: 'auto' | 'window';
}

/** Another one is at work, the window has closed, or somebody has thought better of it: the next check tells. */
const passing = new Set([
  'AGENT.NOT_NOW',
  'APPLY.LOCKED',
  'APPLY.OUTSIDE_WINDOW',
  'APPLY.WINDOW_TOO_SHORT',
  'PLAN.STALE',
]);

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly run: string | null;
  readonly mustDo: readonly string[];
}

/** Applies a plan that may be applied, and has it confirmed where that was promised. */
export const applyStep = async (standing: Standing, order: Order, agent: Agent): Promise<void> => {
  const {id} = standing;
  const {planId} = order.ready.plan;
  try {
    const end = await applyReady(order.ready, order.settings, {
      context: agent.context,
      mode: order.mode,
      mayStill: (settings) => withdrawn(standing, {...order, settings}, agent),
    });
    for (const {run, deadline, by} of end.takenBack) {
      await agent.voice.tell({is: 'rolled-back', run, by, reason: `it was not confirmed by ${deadline}`});
    }
    if (end.did === 'nothing') return;
    const {runId: run, exitCode, code, message, mustDo} = end.result;
    if (exitCode !== 0) {
      await failed(id, order, {code: code ?? 'APPLY.FAILED', message, run, mustDo}, agent);
      return await tellUnrestored(agent);
    }
    await keep(id, {planId, run, order}, agent);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (passing.has(error.code)) return;
    await failed(id, order, {code: error.code, message: error.message, run: null, mustDo: mustDoAfter(error)}, agent);
    await tellUnrestored(agent);
  }
};

/**
 * Why not, by the settings and the server of this moment: a check goes on for minutes, and who has blocked, disabled or
 * begun maintenance meanwhile must not be overtaken.
 */
const withdrawn = async (
  standing: Standing,
  {ready, settings, mode}: Order,
  {context: {server, stateDir}, clock}: Agent,
): Promise<Refusal | undefined> => {
  const notNow = (why: string): Refusal => new Refusal('AGENT.NOT_NOW', `${standing.id} is not applied now: ${why}.`);
  const block = blockOf(settings, standing);
  if (block) return notNow(`it is blocked, by ${block.id} (${block.by})`);
  const facts = await gateFactsOf(ready, settings, {stateDir, now: clock.now()});
  const verdict = gate(standing, {settings, circumstances: await circumstancesOf(server), ...facts});
  if ('wait' in verdict) return notNow(`it waits ${waitingText(verdict.wait)}`);
  return verdict.apply === mode ? undefined : notNow(`its mode is ${verdict.apply}`);
};

/** What only a person can do, where something was begun and is not in order. */
const mustDoAfter = ({exitCode, next}: Refusal): readonly string[] =>
  exitCode === 5 ? next.map(({label, command}) => (command === undefined ? label : `${label}: ${command}`)) : [];

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
  const work = workOf(order.ready.plan);
  noteAttempt({id, work, count: attemptsOf(work, agent) + 1, message}, agent);
};

const failed = async (id: string, {ready}: Order, failure: Failure, agent: Agent): Promise<void> => {
  const work = workOf(ready.plan);
  const attempt = attemptsOf(work, agent) + 1;
  noteAttempt({id, work, count: attempt, message: failure.message}, agent);
  const last = `it was tried ${attempt} times; the next attempt is a day away, or at once by: stopgap agent check`;
  const mustDo = attempt < mostAttempts ? failure.mustDo : [...failure.mustDo, last];
  await agent.voice.tell({is: 'failed', ids: [id], ...failure, mustDo});
};
