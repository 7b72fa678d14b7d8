import type {Agent} from './agent.ts';

/*
 * What failed, by the plan that failed: another plan is another attempt. What failed so often in the same circumstances is
 * tried once a day, until they change or somebody asks for a check.
 */

export const mostAttempts = 3;
const restMs = 24 * 3_600_000;

export const attemptsOf = (planId: string, {mind}: Pick<Agent, 'mind'>): number =>
  mind.memory().attempts[planId]?.count ?? 0;

/** Whether a plan has failed so often that it is not its turn now. */
export const rests = (planId: string, {mind, clock}: Pick<Agent, 'mind' | 'clock'>): boolean => {
  const attempt = mind.memory().attempts[planId];
  if (!attempt || attempt.count < mostAttempts) return false;
  return clock.now().getTime() - new Date(attempt.at).getTime() < restMs;
};

interface Attempt {
  readonly id: string;
  readonly planId: string;
  /** 0: the plan itself is refused, nothing was tried. */
  readonly count: number;
  readonly message: string;
}

/** Remembers one attempt, the only one of that mitigation. */
export const noteAttempt = (
  {id, planId, count, message}: Attempt,
  {mind, clock}: Pick<Agent, 'mind' | 'clock'>,
): void => {
  forgetAttempts(id, {mind});
  const at = clock.now().toISOString();
  mind.change({attempts: {...mind.memory().attempts, [planId]: {id, count, at, message}}});
};

export const forgetAttempts = (id: string, {mind}: Pick<Agent, 'mind'>): void => {
  const others = Object.entries(mind.memory().attempts).filter(([, {id: other}]) => other !== id);
  mind.change({attempts: Object.fromEntries(others)});
};
