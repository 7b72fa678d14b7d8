import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {beforeAll, expect, test} from 'vitest';
import {readState} from '../../src/operations/state.ts';
import {openDay} from './day.ts';
import {catalogued, trustWebRoot} from './publisher.ts';

/*
 * Many days on end: nothing is done twice, and nothing piles up. More of them:
 *   DAYS=30 npx vitest run test/agent/month.test.ts
 */

const days = Number(process.env['DAYS'] ?? 2);

beforeAll(trustWebRoot);

/** What is still in use, in bytes, when everything else is gone. */
const inUse = (): number => {
  setFlagsFromString('--expose_gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
};

test(`${days} simulated days`, async () => {
  const day = await openDay();
  await day.settings('agent: {mode: auto, feed: "FEED", profiles: [acme], jitter: 0s}\n');
  day.publisher.publish([await catalogued('PING1'), await catalogued('M1'), await catalogued('M2')], day.now());
  const checks = (): number => day.occurrences.filter(({what}) => what.is === 'check-finished').length;
  let first = 0;
  day.at(24, () => {
    first = inUse();
  });
  const began = performance.now();
  const before = process.cpuUsage();
  await day.until(days * 24);
  const seconds = (performance.now() - began) / 1000;
  const {user, system} = process.cpuUsage(before);
  const busy = (user + system) / 1e6;
  const grown = (inUse() - first) / 1e6;
  console.info(
    `${days} days, ${checks()} checks: ${seconds.toFixed(0)} s, ${busy.toFixed(0)} s of a core; ${grown.toFixed(1)} MB more than after one`,
  );

  expect(checks()).toBe(days * 24);
  expect(day.occurrences.filter(({what}) => what.is === 'feed-failed' || what.is === 'failed')).toEqual([]);
  expect((await readState(day.lab.stateDir)).state.runs.map(({outcome}) => outcome)).toEqual(['done', 'done']);
  expect(grown).toBeLessThan(4);
  // Of a core, because others may be at work on it; shorter lives are mostly start.
  if (days >= 30) expect(busy).toBeLessThan(120);
}, 600_000);
