import {expect, test} from 'vitest';
import {microsoftProfile} from '../../src/trust/profile/microsoft.ts';
import {type FeedHistory, judgeStaleness, stalenessLimits} from '../../src/trust/staleness.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = new Date('2026-11-22T00:00:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const limits = {noFetchMs: 24 * hour, sameAnswerMs: 180 * day};
const alarms = (history: Partial<FeedHistory>, changed = {}): readonly string[] =>
  judgeStaleness(
    {profile: 'trial', lastFetch: ago(hour), sameSince: ago(day), ...history},
    {...limits, ...changed},
    now,
  ).map((alarm) => `${alarm.is} since ${alarm.since.toISOString()}`);

test('no feed for longer than N hours is an alarm, up to then it is none', () => {
  expect(alarms({lastFetch: ago(24 * hour)})).toEqual([]);
  expect(alarms({lastFetch: ago(24 * hour + 1)})).toEqual(['no-fetch since 2026-11-20T23:59:59.999Z']);
});

test('the same answer for longer than N days is an alarm, up to then it is none', () => {
  expect(alarms({sameSince: ago(180 * day)})).toEqual([]);
  expect(alarms({sameSince: ago(181 * day)})).toEqual(['same-answer since 2026-05-25T00:00:00.000Z']);
});

test('both may be true at once, and both may be switched off', () => {
  const silent = {lastFetch: ago(200 * day), sameSince: ago(400 * day)};
  expect(alarms(silent)).toHaveLength(2);
  expect(alarms(silent, {noFetchMs: null, sameAnswerMs: null})).toEqual([]);
});

test('nothing is known before the first feed, and a clock that was set back raises no alarm', () => {
  expect(alarms({lastFetch: null, sameSince: null})).toEqual([]);
  expect(alarms({lastFetch: ago(-400 * day), sameSince: ago(-400 * day)})).toEqual([]);
});

test('an alarm says in words what it means for this server', () => {
  const [alarm] = judgeStaleness({profile: 'trial', lastFetch: ago(3 * day), sameSince: null}, limits, now);
  expect(alarm?.words).toBe(
    'No feed was had and accepted under the profile "trial" since 2026-11-19T00:00:00.000Z: a new mitigation would not be noticed.',
  );
});

test("N is the profile's", () => {
  expect(stalenessLimits(microsoftProfile.freshness)).toEqual({noFetchMs: 24 * hour, sameAnswerMs: 400 * day});
});
