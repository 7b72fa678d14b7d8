import {Cron} from 'croner';

/*
 * Wall clocks and instants. A wall time that a change of the clock skips stands for the first instant behind the gap, one
 * that comes twice for the first of the two: the window opens once, and never before its time.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timeZone, made);
  return made;
};

/** `2026-11-21T22:00`, as the clocks on the walls of that zone show it. */
export const wallTime = (instant: Date, timeZone: string): string => {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({type, value}) => [type, value]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
};

/** `2026-11-21` */
export const wallDate = (instant: Date, timeZone: string): string => wallTime(instant, timeZone).slice(0, 10);

/** Openings of a cron pattern (`0 22 * * SAT`) or of one moment (`2026-12-05T22:00:00`) that come after an instant. */
export const nextRun = (pattern: string, timeZone: string, after: Date): Date | undefined =>
  new Cron(pattern, {timezone: timeZone, mode: '5-part'}).nextRun(after) ?? undefined;

/** The instant at which a date begins. */
export const startOfDate = (date: string, timeZone: string): Date => {
  // No zone is more than 15 hours away from UTC.
  const before = new Date(Date.parse(`${date}T00:00:00Z`) - 36 * 3_600_000);
  const [year, month, day] = date.split('-').map(Number);
  const found = new Cron(`0 0 ${day} ${month} *`, {timezone: timeZone, mode: '5-part'}).nextRun(before);
  if (found && year !== undefined) return found;
  throw new RangeError(`${date} does not begin in ${timeZone}`);
};
