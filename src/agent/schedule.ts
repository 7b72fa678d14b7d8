/*
 * When to check. The EM service checks every hour; a fleet whose servers start together would ask together, so chance adds
 * a little.
 */

const firstRetryMs = 5 * 60_000;

/**
 * Milliseconds from the beginning of one check to the next. After a fetch that failed it comes sooner, five minutes, ten,
 * twenty, and so on up to the usual time: a short outage costs minutes, a long one is not asked more often than ever.
 */
export const pauseMs = (
  failures: number,
  {every, jitter}: {readonly every: number; readonly jitter: number},
  chance: number,
): number => {
  const usual = every + Math.floor(jitter * chance);
  return failures === 0 ? usual : Math.min(usual, firstRetryMs * 2 ** (failures - 1));
};

/** A check that comes this much later than it was due was slept through. */
const lateMs = 5 * 60_000;

/** When to check next, and how far away that was when it was decided. */
export interface Due {
  readonly at: Date;
  readonly within: number;
}

/** Why it is time; `undefined`: it is not. A clock that was set back must not put a check off by as much. */
export const causeOf = ({at, within}: Due, now: Date): 'schedule' | 'missed' | undefined => {
  const late = now.getTime() - at.getTime();
  if (late > lateMs || -late > within + lateMs) return 'missed';
  return late >= 0 ? 'schedule' : undefined;
};
