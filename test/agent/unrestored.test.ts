import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import type {Happening} from '../../src/agent/happening.ts';
import type {Mitigation} from '../../src/mitigation/model.ts';
import {readState} from '../../src/operations/state.ts';
import {unrestoredOf} from '../../src/operations/unrestored.ts';
import {appcmd} from '../../src/server/command.ts';
import {armFault, clearFaults} from '../../src/server/sandbox/faults.ts';
import {cli} from '../cli/collect.ts';
import {type Day, openDay} from './day.ts';
import {rollBackByHand} from './hands.ts';
import {catalogued, trustWebRoot} from './publisher.ts';
import {statusTextOf} from './told.ts';

/*
 * A run that failed and could not be taken back leaves a server of which nobody knows what it does: a machine changes nothing
 * more there. The second command of M1 and everything that would take back the first one are denied.
 */

beforeAll(trustWebRoot);

const night = 'windows: [{name: night, days: [tue], opens: "22:00", lasts: 4h, timeZone: UTC}]\n';
const inWindow = `${night}agent: {mode: window, feed: "FEED", profiles: [acme], jitter: 0s, settle: 10m, confirmWithin: 30m}\n`;
const auto = 'agent: {mode: auto, feed: "FEED", profiles: [acme], jitter: 0s}\n';

/** M1 on both sites: two files, two commits, and so a half of it that can stay behind. */
const onBothSites = async (): Promise<Mitigation> => {
  const m1 = await catalogued('M1');
  const [action] = m1.actions;
  const second = JSON.stringify(action).replaceAll('M1.1', 'M1.2').replace('Default Web Site', 'Exchange Back End');
  return {...m1, actions: [...m1.actions, JSON.parse(second) as Mitigation['actions'][number]]};
};

const said = <Is extends Happening['is']>({occurrences}: Day, is: Is): readonly Extract<Happening, {is: Is}>[] =>
  occurrences.flatMap(({what}) => (what.is === is ? [what as Extract<Happening, {is: Is}>] : []));

const stateOf = async ({lab}: Day) => readState(lab.stateDir);

/** From the given commit on, every one is denied. */
const denyFrom = (day: Day, commit: number): void => {
  armFault(day.lab.dir, new Date(), {name: 'access-denied', at: commit});
  for (let count = 0; count < 40; count++) armFault(day.lab.dir, new Date(), {name: 'access-denied', at: 1});
};
const allow = (day: Day): void => clearFaults(day.lab.dir, new Date(), undefined);

/** Takes the last lines of a journal away, as if the server had gone down before they were written. */
const interrupt = async ({lab}: Day, run: string): Promise<void> => {
  const file = join(lab.stateDir, 'runs', run, 'journal.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  const end = lines.findLastIndex((line) => line.includes('"type":"step.done"'));
  await writeFile(file, `${lines.slice(0, end + 1).join('\n')}\n`);
};

describe('after a run that could not be taken back', () => {
  test('the agent changes nothing more, in this check and later ones, until a person has rolled it back', async () => {
    const day = await openDay();
    await day.settings(auto);
    day.publisher.publish([await onBothSites(), await catalogued('M2')], day.now());
    denyFrom(day, 2);
    day.at(0.5, () => allow(day));
    let held = '';
    day.at(4.5, async () => {
      held = await statusTextOf(day);
      expect((await stateOf(day)).runs).toHaveLength(1);
      await rollBackByHand(day, 'M1');
    });
    await day.until(6);
    const known = await stateOf(day);
    expect(known.state.runs.map(({outcome, kind}) => `${kind} ${outcome}`)).toEqual([
      'apply not-restored',
      'rollback done',
      'apply done',
      'apply done',
    ]);
    expect([...known.state.mitigations.keys()].toSorted()).toEqual(['M1', 'M2']);
    expect(unrestoredOf(known)).toEqual([]);
    expect(said(day, 'failed')).toMatchObject([{ids: ['M1'], code: 'APPLY.FAILED_NOT_RESTORED', run: 'r1'}]);
    expect(said(day, 'unfinished')).toMatchObject([{run: 'r1', recovered: false, ids: ['M1']}]);
    expect(said(day, 'plan-waiting').map(({ids, waiting}) => ({ids, waiting}))).toEqual([
      {ids: ['M2'], waiting: {for: 'order', run: 'r1', because: 'not-restored'}},
      {ids: ['M1'], waiting: {for: 'order', run: 'r1', because: 'not-restored'}},
    ]);
    expect(held).toMatch(/^M1 +Failed/m);
    expect(held).toContain('until a person has put run r1 in order: it failed and could not be taken back');
  }, 120_000);

  test('the next agent says so no second time, and holds it as well', async () => {
    const day = await openDay();
    await day.settings(auto);
    day.publisher.publish([await onBothSites(), await catalogued('M2')], day.now());
    denyFrom(day, 2);
    await day.until(0.5);
    allow(day);
    await day.until(3);
    expect((await stateOf(day)).runs).toHaveLength(1);
    expect(said(day, 'started')).toHaveLength(2);
    expect(said(day, 'unfinished')).toHaveLength(1);
    expect(said(day, 'plan-waiting')).toHaveLength(2);

    const server = `sandbox:${day.lab.dir}`;
    const status = await cli(['status', '--server', server, '--detailed-exitcode']);
    expect(status.exitCode).toBe(2);
    expect(status.stdout).toContain(
      `run r1 failed and could not be taken back: stopgap rollback M1 --server ${server}\n`,
    );
    const fleet = await cli(['status', '--servers', server]);
    expect(fleet.stdout).toContain(': run r1 failed and could not be taken back\n');
  }, 120_000);

  test('a run that could be taken back lets the others go on', async () => {
    const day = await openDay();
    await day.settings(auto);
    day.publisher.publish([await onBothSites(), await catalogued('M2')], day.now());
    armFault(day.lab.dir, new Date(), {name: 'access-denied', at: 2});
    await day.until(0.5);
    expect((await stateOf(day)).state.runs.map(({outcome}) => outcome)).toEqual(['restored', 'done']);
    expect(said(day, 'applied')).toMatchObject([{ids: ['M2']}]);
    expect(said(day, 'unfinished')).toEqual([]);
  }, 120_000);

  test('neither its confirm nor its deadline makes the agent try again', async () => {
    const day = await openDay();
    await day.settings(inWindow);
    day.publisher.publish([await onBothSites(), await catalogued('M2')], day.now());
    // While M1 settles an application falls ill, and what would take M1 back goes half the way.
    day.at(14.05, async () => {
      const stop = appcmd('stop', 'apppool', '/apppool.name:MSExchangeOWAAppPool');
      await day.server.commands.run(stop, {timeoutMs: 60_000});
      denyFrom(day, 2);
    });
    day.at(14.3, () => allow(day));
    await day.until(18);
    const {state} = await stateOf(day);
    expect(state.runs.map(({kind, outcome}) => `${kind} ${outcome}`)).toEqual(['apply done', 'rollback not-restored']);
    expect(said(day, 'unfinished')).toMatchObject([{run: 'r2', ids: ['M1']}]);
    expect(said(day, 'failed')).toHaveLength(1);
  }, 120_000);

  test('one that was interrupted, and that the agent could not put in order, is no different', async () => {
    const day = await openDay();
    await day.settings(auto);
    day.publisher.publish([await onBothSites()], day.now());
    await day.until(0.5);
    day.publisher.publish([await onBothSites(), await catalogued('M2')], day.now());
    await interrupt(day, 'r1');
    denyFrom(day, 2);
    day.at(0.75, () => allow(day));
    await day.until(4);
    expect((await stateOf(day)).state.runs.map(({outcome}) => outcome)).toEqual(['not-restored']);
    expect(said(day, 'unfinished')).toMatchObject([{run: 'r1', recovered: false, ids: ['M1']}]);
    expect(said(day, 'unfinished')).toHaveLength(1);
  }, 120_000);
});
