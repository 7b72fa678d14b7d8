import {expect, test} from 'vitest';
import {causeOf, pauseMs} from '../../src/agent/schedule.ts';

const minute = 60_000;
const hourly = {every: 60 * minute, jitter: 5 * minute};

test('checks come every hour and a little, by chance', () => {
  expect(pauseMs(0, hourly, 0)).toBe(60 * minute);
  expect(pauseMs(0, hourly, 0.999)).toBeLessThan(65 * minute);
});

test('after a fetch that failed they come sooner, and never more often than usual for long', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 100].map((failures) => pauseMs(failures, hourly, 0) / minute);
  expect(pauses).toEqual([5, 10, 20, 40, 60, 60, 60]);
});

const due = {at: new Date('2026-12-01T08:00:00Z'), within: 60 * minute};

test('a check that was slept through is one that was missed', () => {
  expect(causeOf(due, new Date('2026-12-01T07:59:59Z'))).toBeUndefined();
  expect(causeOf(due, new Date('2026-12-01T08:00:30Z'))).toBe('schedule');
  expect(causeOf(due, new Date('2026-12-01T11:00:00Z'))).toBe('missed');
});

test('a clock that is set back does not put checks off until it is there again', () => {
  expect(causeOf(due, new Date('2026-12-01T06:58:00Z'))).toBeUndefined();
  expect(causeOf(due, new Date('2025-12-01T08:00:00Z'))).toBe('missed');
});
