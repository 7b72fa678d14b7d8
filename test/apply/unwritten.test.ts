import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openStore} from '../../src/journal/store.ts';
import {posixGuard} from '../../src/kit/folder-guard.ts';
import {FakeServer} from '../support/fake-server.ts';
import {planOf, serviceOff} from '../support/plans.ts';
import {execute, recoverRun, stateFolder} from '../support/run.ts';

const server = () => new FakeServer({services: {Spooler: {state: 'RUNNING', startType: 'delayed-auto'}}});
const plan = planOf([serviceOff('Spooler', 'delayed-auto')]);

/** A journal that ends behind the line that announces the step, although its commands have run. */
const withLostLines = async () => {
  const folder = await stateFolder();
  const machine = server();
  const store = await openStore(folder, posixGuard);
  await execute(plan, machine, {store});
  const file = join(folder, 'runs', 'r1', 'journal.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  const kept = lines.slice(0, lines.findIndex((line) => line.includes('"type":"step.intended"')) + 1);
  await writeFile(file, `${kept.join('\n')}\n`);
  return {store, machine};
};

test('commands of an announced step whose lines a disk has lost are found and taken back', async () => {
  const {store, machine} = await withLostLines();
  expect(await recoverRun('r1', machine, {store, choice: 'undo'})).toMatchObject({outcome: 'restored', exitCode: 0});
  expect(machine.services.get('Spooler')).toEqual({state: 'RUNNING', startType: 'delayed-auto'});
});

test('or the run is completed behind them', async () => {
  const {store, machine} = await withLostLines();
  const result = await recoverRun('r1', machine, {store, choice: 'complete'});
  expect(result).toMatchObject({outcome: 'done', exitCode: 0});
  expect(result.notes.join(' ')).toContain('no line of the journal says so');
});
