import {mkdir, rm, writeFile} from 'node:fs/promises';
import {beforeAll, describe, expect, test} from 'vitest';
import type {Happening} from '../../src/agent/happening.ts';
import {memoryFile, readMemory} from '../../src/operations/agent/memory.ts';
import {confirmRun} from '../../src/operations/confirm-run.ts';
import {blockIds} from '../../src/operations/settings/block.ts';
import {changeSettings} from '../../src/operations/settings/change-settings.ts';
import {settingsFile} from '../../src/operations/settings/read-settings.ts';
import {readState} from '../../src/operations/state.ts';
import {appcmd} from '../../src/server/command.ts';
import {armFault, clearFaults} from '../../src/server/sandbox/faults.ts';
import {type Day, openDay} from './day.ts';
import {describeServer, rollBackByHand} from './hands.ts';
import {catalogued, trustWebRoot} from './publisher.ts';

/* What must not happen when nobody looks: the wrong thing done, the same thing done for ever, and the end of the agent. */

beforeAll(trustWebRoot);

const auto = 'agent: {mode: auto, feed: "FEED", profiles: [acme], jitter: 0s}\n';
const night = 'windows: [{name: night, days: [tue], opens: "22:00", lasts: 4h, timeZone: UTC}]\n';
const inWindow = `${night}agent: {mode: window, feed: "FEED", profiles: [acme], jitter: 0s, settle: 10m, confirmWithin: 30m}\n`;
const admin = {by: 'ACME\\admin', reason: 'change 4711'};
const wwwroot = 'C:\\inetpub\\wwwroot\\web.config';

const dayWith = async (settings: string, ...ids: readonly string[]): Promise<Day> => {
  const day = await openDay();
  await day.settings(settings);
  day.publisher.publish(await Promise.all(ids.map(catalogued)), day.now());
  return day;
};

const said = <Is extends Happening['is']>({occurrences}: Day, is: Is): readonly Extract<Happening, {is: Is}>[] =>
  occurrences.flatMap(({what}) => (what.is === is ? [what as Extract<Happening, {is: Is}>] : []));

const active = async ({lab}: Day): Promise<readonly string[]> => [
  ...(await readState(lab.stateDir)).state.mitigations.keys(),
];

describe('what somebody does while a check goes on counts for the rest of it', () => {
  const acts: readonly (readonly [string, (day: Day) => Promise<unknown> | unknown])[] = [
    ['a block', (day) => blockIds(day.server, ['M2'], {...admin, stateDir: day.lab.stateDir, level: 'server'})],
    [
      'MitigationsEnabled false',
      (day) =>
        changeSettings(
          day.server,
          {what: 'set', key: 'mitigationsEnabled', level: 'server', change: () => false},
          {...admin, stateDir: day.lab.stateDir},
        ),
    ],
    ['maintenance mode', (day) => describeServer(day, {maintenanceMode: 'ServerWideOffline is Inactive'})],
  ];

  test.each(acts)('%s', async (_, act) => {
    const day = await dayWith(auto, 'M1', 'M2');
    const hand = {
      name: 'hand',
      tell: async ({what}: {what: Happening}) => void (what.is === 'applied' && (await act(day))),
    };
    await day.until(1.5, {listeners: [hand]});
    expect(await active(day)).toEqual(['M1']);
    expect(said(day, 'failed')).toEqual([]);
  });
});

test('a window that opens while the settings cannot be used is one more check, and not a check without end', async () => {
  const day = await dayWith(inWindow, 'M1');
  day.at(13.5, () => writeFile(settingsFile(day.lab.stateDir), 'agent: {mode: brave}\n'));
  await day.until(16);
  expect(said(day, 'check-started').filter(({cause}) => cause === 'window')).toHaveLength(1);
}, 60_000);

test('what cannot be taken back is tried at each check, and not at each look', async () => {
  const day = await dayWith(inWindow, 'M1');
  // It ends while the run settles, and somebody edits the very rule.
  await day.until(14.1);
  expect((await readState(day.lab.stateDir)).state.pendingConfirms).toHaveLength(1);
  const text = await day.lab.read(wwwroot);
  await day.lab.write(wwwroot, text.replace('(?=.*autodiscover)(?=.*powershell)', 'something else'));
  day.at(15, () => undefined);
  await day.until(17, {pace: {firstCheckMs: 2 * 3_600_000}, lookEveryMs: 60_000});
  const lines = (await readState(day.lab.stateDir)).runs.flatMap((run) => run.lines);
  expect(lines.filter(({type}) => type === 'confirm.notTakenBack').length).toBeLessThanOrEqual(3);
  expect(lines.filter(({type}) => type === 'confirm.notTakenBack').length).toBeGreaterThan(0);
}, 60_000);

test("a person's confirm while it settles counts, whatever the applications answer", async () => {
  const day = await dayWith(inWindow, 'M1');
  day.at(14.05, async () => {
    await confirmRun('r1', day.server, {by: 'ACME\\admin', stateDir: day.lab.stateDir});
    await day.server.commands.run(appcmd('stop', 'apppool', '/apppool.name:MSExchangeOWAAppPool'), {timeoutMs: 60_000});
  });
  await day.until(15);
  expect(await active(day)).toEqual(['M1']);
  expect(said(day, 'failed')).toEqual([]);
  expect(said(day, 'applied')).toHaveLength(1);
}, 60_000);

test("a person's rollback while it settles is no failure", async () => {
  const day = await dayWith(inWindow, 'M1');
  day.at(14.05, () => rollBackByHand(day, 'r1'));
  await day.until(14.5);
  expect(said(day, 'failed')).toEqual([]);
  expect((await readMemory(day.lab.stateDir)).attempts).toEqual({});
}, 60_000);

test('a replacement that keeps failing rests, too', async () => {
  const day = await dayWith(auto, 'M1');
  const other = JSON.parse(
    JSON.stringify(await catalogued('M1')).replaceAll(
      '(?=.*autodiscover)(?=.*powershell)',
      '.*autodiscover.*powershell.*',
    ),
  );
  day.at(1.5, () => {
    day.publisher.publish([other], day.now());
    for (let count = 0; count < 400; count++) armFault(day.lab.dir, new Date(), {name: 'access-denied', at: 1});
  });
  day.at(8, () => clearFaults(day.lab.dir, new Date(), undefined));
  await day.until(8.1);
  expect(said(day, 'failed')).toHaveLength(3);
}, 120_000);

test('a memory that cannot be written does not end the agent', async () => {
  const day = await dayWith(auto, 'M1');
  await mkdir(memoryFile(day.lab.stateDir), {recursive: true});
  const faults: string[] = [];
  await day.until(3, {onFault: (what) => faults.push(what)});
  expect(said(day, 'check-finished')).toHaveLength(3);
  expect(faults).toContain('remembering what was said');
  await rm(memoryFile(day.lab.stateDir), {recursive: true});
}, 60_000);

test('what goes wrong at every check is told once', async () => {
  const day = await dayWith(auto, 'M1');
  await day.lab.write('C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config', '<configuration>');
  await day.until(5);
  expect(said(day, 'check-finished')).toHaveLength(5);
  expect(said(day, 'failed')).toHaveLength(1);
}, 60_000);
