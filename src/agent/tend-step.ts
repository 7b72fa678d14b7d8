import {isRefusal, type Refusal} from '../kit/refusal.ts';
import {settle} from '../operations/agent/settle.ts';
import {type Tended, tend} from '../operations/agent/tend.ts';
import {readState} from '../operations/state.ts';
import {isUnrestored} from '../operations/unrestored.ts';
import type {Agent} from './agent.ts';
import {tellUnrestored} from './tell-unrestored.ts';

/** Somebody else is changing the server just now: the next look tells. */
const isBusy = (error: Refusal): boolean => error.code === 'APPLY.LOCKED';

/** `busy`: somebody else is changing the server; `stuck`: only a person can put it in order. */
export type Tidiness = 'in-order' | 'busy' | 'stuck';

/** What is half done or overdue comes before everything else. */
export const tendStep = async (agent: Agent): Promise<Tidiness> => {
  const {context, voice} = agent;
  try {
    const {takenBack, recovered} = await tend(context.server, context);
    for (const {run, deadline, by} of takenBack) {
      await voice.tell({is: 'rolled-back', run, by, reason: `it was not confirmed by ${deadline}`});
    }
    if (recovered && !(await isOver(recovered, agent))) return 'stuck';
    voice.over('unfinished');
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (isBusy(error)) return 'busy';
    await tellUnfinished(error, agent);
    await tellUnrestored(agent);
    return 'stuck';
  }
  await tellUnrestored(agent);
  await settleOwn(agent);
  return 'in-order';
};

/** Whether the run has ended, whichever way; one whose program still runs has not. */
const isOver = async (
  {runId: run, exitCode, message}: NonNullable<Tended['recovered']>,
  {context, voice}: Agent,
): Promise<boolean> => {
  const words = message === '' ? 'what it had begun was taken back' : message;
  if (exitCode !== 5) {
    await voice.tell({is: 'unfinished', run, recovered: true, message: words, ids: []});
    return true;
  }
  if ((await readState(context.stateDir)).state.unfinished === undefined) return true;
  await voice.tellOnce('unfinished', `${run} ${words}`, () => ({
    is: 'unfinished',
    run,
    recovered: false,
    message: words,
    ids: [],
  }));
  return false;
};

const tellUnfinished = async (error: Refusal, {context, voice}: Agent): Promise<void> => {
  const {state} = await readState(context.stateDir);
  const run = state.unfinished?.runId ?? state.pendingConfirms[0]?.run ?? '';
  await voice.tellOnce('unfinished', `${run} ${error.code}`, () => ({
    is: 'unfinished',
    run,
    recovered: false,
    message: error.message,
    ids: [],
  }));
};

/** Runs of an agent that ended before it could confirm them. A person's confirm is the person's. */
const settleOwn = async (agent: Agent): Promise<void> => {
  const known = await readState(agent.context.stateDir);
  const {state} = known;
  for (const {run} of state.pendingConfirms.filter((pending) => !isUnrestored(pending.run, known))) {
    const summary = state.runs.find(({runId}) => runId === run);
    if (summary?.by !== agent.context.by) continue;
    const ids = [...state.mitigations]
      .filter(([, {steps}]) => steps.some((step) => step.run === run))
      .map(([id]) => id);
    await settleRun({run, ids, planId: summary.planId}, agent);
  }
};

export interface AppliedRun {
  readonly run: string;
  readonly ids: readonly string[];
  readonly planId: string;
}

/** Confirms a run whose applications are healthy, or takes it back. False: it did not stay healthy. */
export const settleRun = async ({run, ids, planId}: AppliedRun, agent: Agent): Promise<boolean> => {
  const {context, voice} = agent;
  try {
    const settled = await settle(run, context.server, context);
    if ('decided' in settled) {
      const {decided} = settled;
      if (decided.end === 'confirmed') await voice.tell({is: 'applied', ids, planId, run});
      const reason = 'it was not confirmed in time';
      if (decided.end === 'taken-back') await voice.tell({is: 'rolled-back', run, by: decided.by, reason});
      return true;
    }
    if (settled.healthy) {
      await voice.tell({is: 'applied', ids, planId, run});
      return true;
    }
    const reason = `its applications did not stay healthy: ${settled.differing.join('; ')}`;
    await voice.tell({is: 'rolled-back', run, by: settled.takenBackBy, reason});
    return false;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const {code, message, next, exitCode} = error;
    const mustDo = exitCode === 5 ? next.map(({label}) => label) : [];
    // The next look settles it.
    if (isBusy(error)) return true;
    await voice.tell({is: 'failed', ids, code, message, run, mustDo});
    if (exitCode === 5) await tellUnrestored(agent);
    return false;
  }
};
