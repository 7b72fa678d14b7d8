import {describe, expect, test} from 'vitest';
import {judgeWindow} from '../../src/apply/window/judge-window.ts';
import {wallTime} from '../../src/apply/window/local-time.ts';
import {type ChangeWindow, changeWindow} from '../../src/apply/window/model.ts';
import {type Calendar, nextOpening, openAt} from '../../src/apply/window/openings.ts';
import {ianaZone} from '../../src/apply/window/windows-zones.ts';
import {fc} from '../support/properties.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

const window = (part: object): ChangeWindow => changeWindow.parse({name: 'w', lasts: '4h', timeZone: 'UTC', ...part});
const calendar = (windows: readonly ChangeWindow[], freeze: Calendar['freeze'] = []): Calendar => ({windows, freeze});

/*
 * The oracle knows nothing of cron: it walks through time in steps of 15 minutes (no zone changes its clocks at another
 * moment in these years) and looks at the clocks on the walls. A window opens at the first moment of a date at which the
 * clocks show its time or, where that is skipped, a later one.
 */
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const opensByWalking = (days: readonly string[], at: string, zone: string, from: number, until: number): number[] => {
  const found: number[] = [];
  const dates = Array.from({length: Math.ceil((until - from) / day) + 4}, (_, index) =>
    new Date(from + (index - 2) * day).toISOString().slice(0, 10),
  ).filter((date) => days.includes(weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? ''));
  let before = wallTime(new Date(from - 15 * minute), zone);
  for (let time = from; time < until; time += 15 * minute) {
    const shown = wallTime(new Date(time), zone);
    if (dates.some((date) => before < `${date}T${at}` && shown >= `${date}T${at}` && seenFirst(date, at, zone, time)))
      found.push(time);
    before = shown;
  }
  return found;
};

/** Not the second time that the clocks show it: an hour and a half before they had not come so far yet. */
const seenFirst = (date: string, at: string, zone: string, time: number): boolean => {
  for (let back = 15; back <= 180; back += 15) {
    if (wallTime(new Date(time - back * minute), zone) >= `${date}T${at}`) return false;
  }
  return true;
};

/** Changes of the clock in 2026, each with three days around it. */
const changes: readonly (readonly [zone: string, moment: string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/Santiago', '2026-04-05T03:00:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z'],
  ['Africa/Cairo', '2026-10-29T21:00:00Z'],
  ['Asia/Kathmandu', '2026-06-01T00:00:00Z'],
];

const quarters = fc
  .tuple(fc.integer({min: 0, max: 23}), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, rest]) => `${String(hour).padStart(2, '0')}:${rest}`);
const someDays = fc.uniqueArray(fc.constantFrom(...weekdays), {minLength: 1, maxLength: 7});

describe.each(changes)('in %s around %s', (zone, moment) => {
  const from = Date.parse(moment) - 3 * day;
  const until = Date.parse(moment) + 3 * day;

  test('the next opening is the one that the clocks on the walls show', () => {
    fc.assert(
      fc.property(someDays, quarters, fc.integer({min: 0, max: 4 * 96}), (days, opens, quarter) => {
        const now = new Date(from + day + quarter * 15 * minute);
        const expected = opensByWalking(days, opens, zone, from, until + 8 * day).find((time) => time > now.getTime());
        const found = nextOpening(calendar([window({days, opens, timeZone: zone})]), now)?.from.getTime();
        expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(
          expected === undefined ? undefined : new Date(expected).toISOString(),
        );
      }),
      {numRuns: 25},
    );
  });

  test('a window is open from its opening for its length, and not a moment longer', () => {
    fc.assert(
      fc.property(
        someDays,
        quarters,
        fc.integer({min: 15, max: 600}),
        fc.integer({min: 0, max: 96 * 3}),
        (...given) => {
          const [days, opens, minutes, quarter] = given;
          const now = new Date(from + day + quarter * 15 * minute);
          const all = opensByWalking(days, opens, zone, from - 2 * day, until + day);
          const open = openAt(calendar([window({days, opens, lasts: `${minutes}m`, timeZone: zone})]), now);
          const expected = all.some((time) => time <= now.getTime() && now.getTime() < time + minutes * minute);
          expect(open !== undefined).toBe(expected);
          if (open) expect(open.until.getTime() - open.from.getTime()).toBe(minutes * minute);
        },
      ),
      {numRuns: 25},
    );
  });
});

test('a time that is skipped opens at the first moment behind the gap, one that comes twice at the first', () => {
  const at = (zone: string, opens: string, now: string) =>
    nextOpening(calendar([window({days: weekdays, opens, timeZone: zone})]), new Date(now))?.from.toISOString();
  expect(at('America/New_York', '02:30', '2026-03-08T05:00:00Z')).toBe('2026-03-08T07:00:00.000Z');
  expect(at('America/New_York', '01:30', '2026-11-01T04:00:00Z')).toBe('2026-11-01T05:30:00.000Z');
  expect(at('America/New_York', '01:30', '2026-11-01T05:30:00Z')).toBe('2026-11-02T06:30:00.000Z');
});

test('the second Tuesday of a month is the day after which servers are patched', () => {
  const patch = window({days: ['tue#2'], opens: '20:00', timeZone: 'W. Europe Standard Time'});
  const {from} = nextOpening(calendar([patch]), new Date('2026-11-22T00:00:00Z')) ?? {};
  expect(from?.toISOString()).toBe('2026-12-08T19:00:00.000Z');
});

test('zones are known by the names of Windows and of IANA', () => {
  expect(ianaZone('W. Europe Standard Time')).toBe('Europe/Berlin');
  expect(ianaZone('eastern standard time')).toBe('America/New_York');
  expect(ianaZone('Asia/Kathmandu')).toMatch(/^Asia\/Kat(h)?mandu$/);
  expect(ianaZone('Middle Earth')).toBeUndefined();
  expect(() => window({days: ['sat'], opens: '22:00', timeZone: 'Middle Earth'})).toThrow('no time zone');
});

describe('dates that are excluded', () => {
  const freeze = [{from: '2026-12-20', to: '2027-01-06'}];
  const saturdays = window({days: ['sat'], opens: '22:00', lasts: '4h', timeZone: 'Europe/Berlin'});

  test('open no window', () => {
    const next = nextOpening(calendar([saturdays], freeze), new Date('2026-12-20T06:00:00Z'));
    expect(next?.from.toISOString()).toBe('2027-01-09T21:00:00.000Z');
  });

  test('close one that is open when they begin', () => {
    const open = openAt(calendar([saturdays], freeze), new Date('2026-12-19T21:30:00Z'));
    expect(open?.until.toISOString()).toBe('2026-12-19T23:00:00.000Z');
    expect(openAt(calendar([saturdays], freeze), new Date('2026-12-19T23:30:00Z'))).toBeUndefined();
  });

  test('bind a window that opens once, too', () => {
    const once = window({once: '2026-12-24T22:00', timeZone: 'Europe/Berlin'});
    const now = new Date('2026-12-01T00:00:00Z');
    expect(nextOpening(calendar([once]), now)?.from.toISOString()).toBe('2026-12-24T21:00:00.000Z');
    expect(nextOpening(calendar([once], freeze), now)).toBeUndefined();
  });
});

describe('a plan', () => {
  const nightly = window({name: 'nightly', days: weekdays, opens: '22:00', lasts: '1h'});

  test('may start where the window is open long enough', () => {
    expect(judgeWindow(calendar([nightly]), new Date('2026-11-22T22:10:00Z'), 50 * minute)).toMatchObject({is: 'open'});
  });

  test('is told when the next window opens that is long enough', () => {
    const late = judgeWindow(calendar([nightly]), new Date('2026-11-22T22:10:01Z'), 50 * minute);
    expect(late).toMatchObject({is: 'too-short', next: {from: new Date('2026-11-23T22:00:00Z')}});
    expect(judgeWindow(calendar([nightly]), new Date('2026-11-22T21:00:00Z'), 2 * 60 * minute)).toEqual({
      is: 'closed',
      next: undefined,
    });
  });

  test('needs --now where no window is configured', () => {
    expect(judgeWindow(calendar([]), new Date(), 0)).toEqual({is: 'none'});
  });
});
