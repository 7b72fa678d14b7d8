import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import type {Happening} from '../../src/agent/happening.ts';
import {awaitCheck} from '../../src/operations/agent/await-check.ts';
import {emptyMemory, writeMemory} from '../../src/operations/agent/memory.ts';
import {organizationCache} from '../../src/operations/settings/organization.ts';
import {readState} from '../../src/operations/state.ts';
import {testFolder} from '../support/lab.ts';
import {type Day, openDay} from './day.ts';
import {catalogued, trustWebRoot} from './publisher.ts';

/* An agent whose own files are in trouble: what it says, what it leaves alone, and that it goes on when that is over. */

beforeAll(trustWebRoot);

const auto = 'agent: {mode: auto, feed: "FEED", profiles: [acme], jitter: 0s}\n';

const said = <Is extends Happening['is']>({occurrences}: Day, is: Is): readonly Extract<Happening, {is: Is}>[] =>
  occurrences.flatMap(({what}) => (what.is === is ? [what as Extract<Happening, {is: Is}>] : []));

test('a journal that was damaged is told once, and nothing is changed before it is as it was', async () => {
  const day = await openDay();
  await day.settings(auto);
  day.publisher.publish([await catalogued('M1')], day.now());
  await day.until(0.5);
  day.publisher.publish([await catalogued('M1'), await catalogued('M2')], day.now());
  const journal = join(day.lab.stateDir, 'runs/r1/journal.jsonl');
  const whole = await readFile(journal, 'utf8');
  await writeFile(journal, whole.replace('SYSTEM (agent)', 'SYSTEM (human)'));
  day.at(3.5, () => writeFile(journal, whole));
  await day.until(5);
  expect(said(day, 'failed')).toMatchObject([{ids: [], code: 'JOURNAL.DAMAGED'}]);
  const applied = day.occurrences.filter(({what}) => what.is === 'applied').map(({at}) => at);
  expect(applied[0]).toMatch(/^2026-12-01T08/);
  // The first check after the journal was mended.
  expect(applied[1]).toMatch(/^2026-12-01T1[12]:/);
}, 60_000);

test('a plan that cannot be written is an answer and no bug, and the next check applies it', async () => {
  const day = await openDay();
  await day.settings(auto);
  day.publisher.publish([await catalogued('M1')], day.now());
  const plans = join(day.lab.stateDir, 'plans');
  await writeFile(plans, 'not a folder');
  day.at(1.5, () => rm(plans));
  // onFault throws: what gets there is a bug.
  await day.until(3);
  expect(said(day, 'failed')).toMatchObject([{ids: ['M1'], code: 'FILE.EEXIST', run: null}]);
  expect(said(day, 'applied')).toHaveLength(1);
}, 60_000);

test('what the organisation says counts although no copy of it can be kept', async () => {
  const day = await openDay();
  await day.settings(`organization: {file: ORGANIZATION}\n${auto}`);
  await day.organization('mitigationsBlocked: [M2]\n');
  day.publisher.publish([await catalogued('M1'), await catalogued('M2')], day.now());
  await mkdir(organizationCache(day.lab.stateDir), {recursive: true});
  const faults: string[] = [];
  await day.until(0.5, {onFault: (what) => faults.push(what)});
  expect([...(await readState(day.lab.stateDir)).state.mitigations.keys()]).toEqual(['M1']);
  expect(faults).toContain('keeping a copy of the settings of the organisation');
}, 60_000);

test("an organisation's file that breaks off in the middle leaves what was read before in force", async () => {
  const day = await openDay();
  await day.settings(`organization: {file: ORGANIZATION}\n${auto}`);
  await day.organization('mitigationsEnabled: false\n');
  day.publisher.publish([await catalogued('M1')], day.now());
  day.at(0.5, () => day.organization('mitigationsEnab'));
  day.at(1.5, () => day.organization(''));
  await day.until(3);
  expect((await readState(day.lab.stateDir)).runs).toEqual([]);
  expect(said(day, 'settings-trouble').map(({using}) => using)).toContain('copy');
}, 60_000);

test('a clock that was set back makes no old check the answer to somebody who asks', async () => {
  const stateDir = await testFolder();
  const checkedAhead = {...emptyMemory, lastCheck: '2030-01-01T00:00:00.000Z'};
  await writeMemory(stateDir, checkedAhead);
  const now = new Date('2026-12-01T08:00:00Z');
  expect(await awaitCheck(stateDir, {now, patienceMs: 600})).toBeUndefined();
  const asked = awaitCheck(stateDir, {now, patienceMs: 10_000});
  setTimeout(() => void writeMemory(stateDir, {...checkedAhead, lastCheck: '2026-12-01T08:00:01.000Z'}), 300);
  expect(await asked).toMatchObject({lastCheck: '2026-12-01T08:00:01.000Z'});
});

test('a clock that is set back by a month costs no check', async () => {
  const day = await openDay();
  await day.settings('agent: {mode: observe, feed: "FEED", profiles: [acme], jitter: 0s}\n');
  day.publisher.publish([await catalogued('M1')], day.now());
  await writeMemory(day.lab.stateDir, {...emptyMemory, lastCheck: '2027-01-01T00:00:00.000Z'});
  await day.until(2.5);
  expect(said(day, 'check-started')).toHaveLength(3);
}, 60_000);
