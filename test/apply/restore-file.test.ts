import {expect, test} from 'vitest';
import {backupReference} from '../../src/journal/backup.ts';
import {sha256} from '../../src/kit/hash.ts';
import type {Plan, Step} from '../../src/plan/model.ts';
import {FakeServer} from '../support/fake-server.ts';
import {addRule, planOf, poolOff} from '../support/plans.ts';
import {execute, freshStore} from '../support/run.ts';

const webConfig = 'C:\\inetpub\\wwwroot\\web.config';
const hashOf = async (server: FakeServer) => sha256((await server.readFile(webConfig)) ?? '');

/** r1 adds a rule; the plan puts the file back as it was before that. */
const applied = async () => {
  const server = new FakeServer({
    files: {[webConfig]: ['old rule']},
    pools: {P: {state: 'Started', autoStart: 'true'}},
  });
  const store = await freshStore();
  const to = await hashOf(server);
  await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store});
  const from = await hashOf(server);
  const step: Step = {
    ...addRule(webConfig, 'M9.1'),
    id: 'restore/web.config',
    kind: 'restore-file',
    before: [],
    commands: [{do: 'restore-file', path: webConfig, from, to, backup: backupReference('r1', to)}],
    undo: [{do: 'restore-file', path: webConfig, from: to, to: from, backup: backupReference('this', from)}],
  };
  const plan = (more: Step[] = []): Plan => planOf([step, ...more], {purpose: 'rollback'});
  return {server, store, plan, step, to, from};
};

test('a file is put back byte for byte', async () => {
  const {server, store, plan, to} = await applied();
  const result = await execute(plan(), server, {store});
  expect(result).toMatchObject({runId: 'r2', outcome: 'done', exitCode: 0});
  expect(await hashOf(server)).toBe(to);
});

test('a file that somebody changed since is left alone', async () => {
  const {server, store, plan} = await applied();
  server.files.set(webConfig, ['old rule', 'M9.1', 'a rule of a person']);
  const result = await execute(plan(), server, {store});
  expect(result).toMatchObject({outcome: 'refused', exitCode: 3, code: 'APPLY.FILE_CHANGED'});
  expect(server.files.get(webConfig)).toEqual(['old rule', 'M9.1', 'a rule of a person']);
});

test('a file that is already what it should be is not written', async () => {
  const {server, store, plan} = await applied();
  server.files.set(webConfig, ['old rule']);
  server.restorer.restoreFile = () => Promise.reject(new Error('it was written'));
  expect(await execute(plan(), server, {store})).toMatchObject({outcome: 'nothing-to-do', exitCode: 0});
});

test('a replace that fails is a failure, whatever the file holds then', async () => {
  const {server, store, plan} = await applied();
  server.restorer.restoreFile = async () => {
    server.files.set(webConfig, ['half']);
    throw new Error('disk full');
  };
  const result = await execute(plan(), server, {store});
  expect(result).toMatchObject({outcome: 'not-restored', exitCode: 5});
  expect(result.message).toContain('SERVER.RESTORE_FAILED');
  expect(result.mustDo).toEqual([expect.stringContaining(webConfig)]);
});

test('a step behind it that fails brings the bytes back that the run itself saved', async () => {
  const {server, store, plan, from} = await applied();
  server.faults.set('appcmd.exe stop apppool P', [{exitCode: 5, effect: false}]);
  const result = await execute(plan([poolOff('P')]), server, {store});
  expect(result).toMatchObject({outcome: 'restored', exitCode: 4});
  expect(await hashOf(server)).toBe(from);
});

test('a backup that is not there refuses before anything is touched', async () => {
  const {server, store, step, from} = await applied();
  const absent = sha256('absent');
  const commands = [
    {do: 'restore-file' as const, path: webConfig, from, to: absent, backup: backupReference('r1', absent)},
  ];
  const result = await execute(planOf([{...step, commands}]), server, {store});
  expect(result).toMatchObject({outcome: 'refused', exitCode: 3, code: 'JOURNAL.BACKUP_MISSING'});
  expect(await hashOf(server)).toBe(from);
});
