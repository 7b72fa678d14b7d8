import {describe, expect, test} from 'vitest';
import type {JournalEvent} from '../../src/journal/model.ts';
import {replay} from '../../src/journal/replay.ts';
import type {JournalStore} from '../../src/journal/store.ts';
import type {Plan} from '../../src/plan/model.ts';
import {FakeServer} from '../support/fake-server.ts';
import {addRule, planOf, serviceOff} from '../support/plans.ts';
import {execute, freshStore, recoverRun} from '../support/run.ts';

const webConfig = 'C:\\inetpub\\wwwroot\\web.config';
const service = serviceOff('Spooler');
const plan = planOf([addRule(webConfig, 'M9.1'), service]);

const freshServer = () =>
  new FakeServer({
    services: {Spooler: {state: 'RUNNING', startType: 'auto'}},
    files: {[webConfig]: []},
    pools: {OwaPool: {state: 'Started', autoStart: 'true'}},
    apps: {'Default Web Site /owa': 'OwaPool'},
  });

/** A run whose journal ends behind the first line that `last` accepts; the server is as it was at that moment. */
const interrupted = async (
  store: JournalStore,
  server: FakeServer,
  last: (event: JournalEvent) => boolean,
  of: Plan = plan,
) => {
  const onEvent = (event: JournalEvent) => {
    if (last(event)) throw new Error('the process is gone');
  };
  const probes = [{site: 'Default Web Site', path: '/owa'}];
  await expect(execute(of, server, {store, onEvent, probes})).rejects.toThrow('the process is gone');
};

const atStop = (event: JournalEvent): boolean =>
  event.type === 'command.intended' && event.step === service.id && event.index === 1;

describe('an interrupted run', () => {
  test('is taken back where nobody chose otherwise, with exit code 0', async () => {
    const store = await freshStore();
    const server = freshServer();
    const before = server.snapshot();
    await interrupted(store, server, atStop);
    const result = await recoverRun('r1', server, {store, choice: 'undo'});
    expect(result).toMatchObject({runId: 'r1', outcome: 'restored', exitCode: 0, code: null, mustDo: []});
    expect(result.steps.map(({outcome}) => outcome)).toEqual(['undone', 'undone']);
    expect(server.snapshot()).toEqual(before);
  });

  test('is completed on demand, in its own journal, and its applications are probed', async () => {
    const store = await freshStore();
    const server = freshServer();
    await interrupted(store, server, atStop);
    const result = await recoverRun('r1', server, {store, choice: 'complete'});
    expect(result).toMatchObject({outcome: 'done', exitCode: 0});
    expect(await store.runIds()).toEqual(['r1']);
    const types = (await store.read('r1')).lines.map(({type}) => type);
    expect(types).toContain('recovery.judged');
    expect(types.slice(-2)).toEqual(['health.seen', 'run.finished']);
  });

  test('that fails while it is completed is taken back, with exit code 4', async () => {
    const store = await freshStore();
    const server = freshServer();
    const before = server.snapshot();
    await interrupted(store, server, atStop);
    server.faults.set('sc.exe stop Spooler', [{exitCode: 5, effect: false}]);
    const result = await recoverRun('r1', server, {store, choice: 'complete'});
    expect(result).toMatchObject({outcome: 'restored', exitCode: 4, code: 'APPLY.FAILED_RESTORED'});
    expect(server.snapshot()).toEqual(before);
  });

  test('whose way back fails says what is left to a person, with exit code 5', async () => {
    const store = await freshStore();
    const server = freshServer();
    await interrupted(store, server, atStop);
    server.faults.set('sc.exe config Spooler start= auto', [{exitCode: 5, effect: false}]);
    const result = await recoverRun('r1', server, {store, choice: 'undo'});
    expect(result).toMatchObject({outcome: 'not-restored', exitCode: 5, code: 'APPLY.FAILED_NOT_RESTORED'});
    expect(result.mustDo).toHaveLength(3);
  });

  test('holds nothing once it was taken back', async () => {
    const store = await freshStore();
    const server = freshServer();
    await interrupted(store, server, atStop);
    expect(replay(await store.readAll()).resources.size).toBe(2);
    await recoverRun('r1', server, {store, choice: 'undo'});
    const state = replay(await store.readAll());
    expect([state.resources.size, state.mitigations.size, state.unfinished]).toEqual([0, 0, undefined]);
  });
});

describe('a service that is on its way', () => {
  test('is waited for before anybody judges', async () => {
    const store = await freshStore();
    const server = freshServer();
    await interrupted(store, server, (event) => event.type === 'command.done' && event.stdout.includes('sc.exe stop'));
    expect(server.services.get('Spooler')?.state).toBe('STOP_PENDING');
    const result = await recoverRun('r1', server, {store, choice: 'complete'});
    expect(result).toMatchObject({outcome: 'done'});
    expect(server.ran.filter((text) => text === 'sc.exe stop Spooler')).toHaveLength(1);
    const judged = (await store.read('r1')).lines.find(({type}) => type === 'recovery.judged');
    expect(judged).toMatchObject({verdict: 'finished'});
  });
});

describe('a command that left neither state behind', () => {
  test('stops the recovery, names both states, changes nothing, and can be recovered once it is in order', async () => {
    const store = await freshStore();
    const server = freshServer();
    const before = server.snapshot();
    await interrupted(store, server, atStop);
    server.services.set('Spooler', {state: 'PAUSED', startType: 'disabled'});
    const ran = server.ran.length;
    await expect(recoverRun('r1', server, {store, choice: 'undo'})).rejects.toMatchObject({
      code: 'RECOVER.DIVERGED',
      exitCode: 5,
      message: expect.stringMatching(/not true: service Spooler is STOPPED.*not true: service Spooler is RUNNING/),
    });
    expect(server.ran).toHaveLength(ran);
    expect(replay(await store.readAll()).unfinished?.runId).toBe('r1');
    server.services.set('Spooler', {state: 'RUNNING', startType: 'disabled'});
    expect(await recoverRun('r1', server, {store, choice: 'undo'})).toMatchObject({outcome: 'restored'});
    expect(server.snapshot()).toEqual(before);
  });

  test('is not made up for by an unrelated thing that is as it was', async () => {
    const store = await freshStore();
    const server = freshServer();
    const silent = planOf([
      serviceOff('Spooler', 'auto', {before: [{check: 'service-start-type', service: 'Spooler', is: 'auto'}]}),
    ]);
    await interrupted(store, server, atStop, silent);
    await expect(recoverRun('r1', server, {store, choice: 'undo'})).rejects.toMatchObject({
      code: 'RECOVER.DIVERGED',
      message: expect.stringContaining('the plan does not say what was there'),
    });
  });
});

describe('a program that outlived us', () => {
  test('is waited for, by process id and start time', async () => {
    const store = await freshStore();
    const server = freshServer();
    const stop = 'sc.exe stop Spooler';
    server.faults.set(stop, [{effect: true, rejects: 'SERVER.TOOL_TIMEOUT', livesMs: 3_600_000}]);
    expect(await execute(plan, server, {store})).toMatchObject({code: 'APPLY.CHILD_RUNNING'});
    const still = {code: 'RECOVER.CHILD_RUNNING', exitCode: 5, message: expect.stringContaining('process 102')};
    await expect(recoverRun('r1', server, {store, choice: 'undo'})).rejects.toMatchObject(still);
    await server.clock.sleep(3_600_000);
    expect(await recoverRun('r1', server, {store, choice: 'undo'})).toMatchObject({outcome: 'restored', exitCode: 0});
    expect(server.services.get('Spooler')).toEqual({state: 'RUNNING', startType: 'auto'});
  });
});

describe('there is nothing to recover', () => {
  test('of a run that has finished, and its journal stays what it was', async () => {
    const store = await freshStore();
    const server = freshServer();
    await execute(plan, server, {store});
    const before = await store.read('r1');
    await expect(recoverRun('r1', server, {store, choice: 'undo'})).rejects.toMatchObject({
      code: 'RECOVER.NOTHING_TO_DO',
      exitCode: 3,
    });
    expect(await store.read('r1')).toEqual(before);
  });

  test('of a run whose first line did not reach the disk', async () => {
    const store = await freshStore();
    await (await store.create({clock: freshServer().clock})).close();
    await expect(recoverRun('r1', freshServer(), {store, choice: 'undo'})).rejects.toMatchObject({
      code: 'RECOVER.NOTHING_TO_DO',
    });
  });
});
