import type {Agent} from './agent.ts';

/*
 * What failed, by what was to be done: another plan is another attempt. What failed so often in the same circumstances is
 * tried once a day, until they change or somebody asks for a check.
 */

export const mostAttempts = 3;
const restMs = 24 * 3_600_000;

export const attemptsOf = (work: string, {mind}: Pick<Agent, 'mind'>): number =>
  mind.memory().attempts[work]?.count ?? 0;

/** Whether a plan has failed so often that it is not its turn now. */
export const rests = (work: string, {mind, clock}: Pick<Agent, 'mind' | 'clock'>): boolean => {
  const attempt = mind.memory().attempts[work];
  if (!attempt || attempt.count < mostAttempts) return false;
  return Math.abs(clock.now().getTime() - new Date(attempt.at).getTime()) < restMs;
};

interface Attempt {
  readonly id: string;
  readonly work: string;
  /** 0: the plan itself is refused, nothing was tried. */
  readonly count: number;
  readonly message: string;
}

/** Remembers one attempt, the only one of that mitigation. */
export const noteAttempt = (
  {id, work, count, message}: Attempt,
  {mind, clock}: Pick<Agent, 'mind' | 'clock'>,
): void => {
  forgetAttempts(id, {mind});
  const at = clock.now().toISOString();
  mind.change({attempts: {...mind.memory().attempts, [work]: {id, count, at, message}}});
};

export const forgetAttempts = (id: string, {mind}: Pick<Agent, 'mind'>): void => {
  const others = Object.entries(mind.memory().attempts).filter(([, {id: other}]) => other !== id);
  mind.change({attempts: Object.fromEntries(others)});
};
