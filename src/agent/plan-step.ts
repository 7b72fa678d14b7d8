import {secondWriter} from '../operations/agent/circumstances.ts';
import {sourceContext} from '../operations/agent/context.ts';
import {gateFactsOf} from '../operations/agent/gate-facts.ts';
import {previewOf} from '../operations/agent/preview.ts';
import {type ReadyPlan, readyPlan} from '../operations/agent/ready-plan.ts';
import type {Standing} from '../operations/agent/standing.ts';
import type {Waiting} from '../operations/agent/waiting.ts';
import {workOf} from '../operations/agent/work-of.ts';
import type {Agent} from './agent.ts';
import {applyStep} from './apply-step.ts';
import {noteAttempt, rests} from './attempts.ts';
import {gate} from './gate.ts';
import type {Here} from './mitigations-step.ts';
import {forget} from './wish.ts';

/** Makes the plan for one mitigation and does with it what may be done now. */
export const planStep = async (standing: Standing, here: Here, agent: Agent): Promise<void> => {
  const {context} = agent;
  const {settings} = here;
  const {id} = standing;
  const ready = await readyPlan(context.server, standing, sourceContext(context, settings));
  if (!ready || (!ready.changes && ready.refused.length === 0)) return forget(id, agent);
  await tellTwoWriters(standing, here, agent);
  if (ready.refused.length > 0) return tellRefused(standing, ready, agent);
  if (rests(workOf(ready.plan), agent)) return forget(id, agent);
  const facts = await gateFactsOf(ready, settings, {stateDir: context.stateDir, now: agent.clock.now()});
  const verdict = gate(standing, {...here, ...facts});
  if ('wait' in verdict) return wait(standing, {ready, waiting: verdict.wait}, agent);
  forget(id, agent);
  await applyStep(standing, {ready, settings, mode: verdict.apply}, agent);
};

const tellTwoWriters = async (standing: Standing, {circumstances}: Here, {voice}: Agent): Promise<void> => {
  const {id, origin} = standing;
  // Who never writes is no second writer.
  const evidence = origin === 'feed' ? secondWriter(standing, circumstances.emService) : undefined;
  if (evidence === undefined) return voice.over(`two-writers/${id}`);
  await voice.tellOnce(`two-writers/${id}`, evidence, () => ({is: 'two-writers', id, evidence}));
};

const tellRefused = async ({id}: Standing, {plan, file, refused}: ReadyPlan, agent: Agent): Promise<void> => {
  const {voice, mind, clock} = agent;
  noteAttempt({id, work: workOf(plan), count: 0, message: refused.join(' ')}, {mind, clock});
  const mustDo = [`see the plan: stopgap show ${file}`];
  await voice.tellOnce(`failed/${id}`, plan.planId, () => ({
    is: 'failed',
    ids: [id],
    code: 'PLAN.REFUSED',
    message: refused.join(' '),
    run: null,
    mustDo,
  }));
};

interface Wait {
  readonly ready: ReadyPlan;
  readonly waiting: Waiting;
}

const wait = async ({id}: Standing, {ready, waiting}: Wait, {mind, voice}: Agent): Promise<void> => {
  const {plan, file} = ready;
  const {planId} = plan;
  mind.change({waiting: {...mind.memory().waiting, [id]: {planId, file, waiting}}});
  await voice.tellOnce(`waiting/${id}`, `${planId} ${JSON.stringify(waiting)}`, () => ({
    is: 'plan-waiting',
    ids: [id],
    planId,
    file,
    waiting,
    preview: previewOf(ready),
  }));
};
