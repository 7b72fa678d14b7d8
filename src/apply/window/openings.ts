import {nextRun, startOfDate, wallDate} from './local-time.ts';
import type {ChangeWindow, Dates} from './model.ts';

/** One time at which a window is open: from `from` on, until just before `until`. */
export interface Opening {
  readonly window: ChangeWindow;
  readonly from: Date;
  readonly until: Date;
}

export interface Calendar {
  readonly windows: readonly ChangeWindow[];
  /** Dates on which no window opens and at whose beginning an open one closes. */
  readonly freeze: readonly Dates[];
}

/** Further than this nobody looks: a window that does not open within a year and a bit is closed for good. */
const horizonMs = 400 * 24 * 3_600_000;

const patternOf = (window: ChangeWindow): string => {
  if ('once' in window) return window.once;
  const [hour = '', minute = ''] = window.opens.split(':');
  return `${Number(minute)} ${Number(hour)} * * ${window.days.join(',').toUpperCase()}`;
};

const isExcluded = (day: string, excluded: readonly Dates[]): boolean =>
  excluded.some(({from, to}) => from <= day && day <= to);

const excludedDates = (window: ChangeWindow, {freeze}: Calendar): readonly Dates[] => [
  ...freeze,
  ...('once' in window ? [] : window.except),
];

/** Where an excluded date begins while the window is open, it closes. */
const closing = (window: ChangeWindow, from: Date, excluded: readonly Dates[]): Date => {
  const {iana} = window.timeZone;
  const end = new Date(from.getTime() + window.lasts);
  const first = wallDate(from, iana);
  const cuts = excluded
    .filter((range) => range.from > first && range.from <= wallDate(end, iana))
    .map((range) => startOfDate(range.from, iana))
    .filter((cut) => cut > from && cut < end);
  return new Date(Math.min(end.getTime(), ...cuts.map((cut) => cut.getTime())));
};

/** The openings of one window that are not over at `now`, the first one first. */
function* openingsOf(window: ChangeWindow, calendar: Calendar, now: Date): Generator<Opening> {
  const excluded = excludedDates(window, calendar);
  const pattern = patternOf(window);
  const {iana} = window.timeZone;
  // One that began that long ago may be open still.
  let after = new Date(now.getTime() - window.lasts - 1);
  const horizon = now.getTime() + horizonMs;
  for (;;) {
    const from = nextRun(pattern, iana, after);
    if (from === undefined || from.getTime() > horizon) return;
    after = from;
    if (isExcluded(wallDate(from, iana), excluded)) continue;
    const until = closing(window, from, excluded);
    if (until > now) yield {window, from, until};
  }
}

const earliest = (openings: readonly Opening[]): Opening | undefined =>
  openings.toSorted((a, b) => a.from.getTime() - b.from.getTime())[0];

const firstOf = <T>(values: Iterable<T>, wanted: (value: T) => boolean): T | undefined => {
  for (const value of values) if (wanted(value)) return value;
  return undefined;
};

/** The window that is open and stays open longest; `undefined`: none is. */
export const openAt = (calendar: Calendar, now: Date): Opening | undefined =>
  calendar.windows
    .flatMap((window) => firstOf(openingsOf(window, calendar, now), () => true) ?? [])
    .filter(({from}) => from <= now)
    .toSorted((a, b) => b.until.getTime() - a.until.getTime())[0];

/** The next opening behind `now` that lasts at least that long. */
export const nextOpening = (calendar: Calendar, now: Date, neededMs = 0): Opening | undefined =>
  earliest(
    calendar.windows.flatMap((window) => {
      const fits = ({from, until}: Opening): boolean => from > now && until.getTime() - from.getTime() >= neededMs;
      return firstOf(openingsOf(window, calendar, now), fits) ?? [];
    }),
  );
