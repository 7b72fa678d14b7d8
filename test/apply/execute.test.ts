import {describe, expect, test} from 'vitest';
import {replay} from '../../src/journal/replay.ts';
import type {JournalStore} from '../../src/journal/store.ts';
import {sha256} from '../../src/kit/hash.ts';
import {sc} from '../../src/server/command.ts';
import {FakeServer, type FakeState} from '../support/fake-server.ts';
import {addRule, planOf, poolOff, run, serviceOff} from '../support/plans.ts';
import {execute, freshStore} from '../support/run.ts';

const webConfig = 'C:\\inetpub\\wwwroot\\web.config';

const ordinary: FakeState = {
  services: {Spooler: {state: 'RUNNING', startType: 'delayed-auto'}},
  pools: {EcpPool: {state: 'Started', autoStart: 'true'}},
  files: {[webConfig]: ['old rule']},
};

const threeSteps = () =>
  planOf([addRule(webConfig, 'M9.1'), serviceOff('Spooler', 'delayed-auto'), poolOff('EcpPool')]);

const typesOf = async (store: JournalStore, runId = 'r1') => (await store.read(runId)).lines.map(({type}) => type);

describe('a plan', () => {
  test('is carried out, proven and journaled, with the files as they were', async () => {
    const server = new FakeServer(ordinary);
    const before = await server.readFile(webConfig);
    const store = await freshStore();
    const result = await execute(threeSteps(), server, {store});
    expect(result).toMatchObject({runId: 'r1', outcome: 'done', exitCode: 0, code: null, notes: [], mustDo: []});
    expect(result.steps.map(({outcome}) => outcome)).toEqual(['done', 'done', 'done']);
    expect(server.files.get(webConfig)).toEqual(['old rule', 'M9.1']);
    expect(server.services.get('Spooler')).toEqual({state: 'STOPPED', startType: 'disabled'});
    expect(server.pools.get('EcpPool')).toEqual({state: 'Stopped', autoStart: 'false'});
    const after = await server.readFile(webConfig);
    const [change] = replay(await store.readAll()).files.get(webConfig.toLowerCase()) ?? [];
    expect(change).toEqual({path: webConfig, run: 'r1', before: sha256(before ?? ''), after: sha256(after ?? '')});
    const journal = await store.reopen('r1', {clock: server.clock});
    expect(Buffer.from(await journal.readBackup(`r1/${change?.before}`))).toEqual(Buffer.from(before ?? ''));
    await journal.close();
  });

  test('announces every act before it and closes every step', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store});
    expect(await typesOf(store)).toEqual([
      'run.started',
      'step.intended',
      'file.backedUp',
      'command.intended',
      'command.started',
      'command.done',
      'step.done',
      'run.finished',
    ]);
  });

  test('runs no command before its intent is on the disk', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    const onEvent = ({type}: {type: string}) => {
      if (type === 'command.intended') throw new Error('the disk is full');
    };
    await expect(execute(threeSteps(), server, {store, onEvent})).rejects.toThrow('the disk is full');
    expect(server.ran).toEqual([]);
  });

  test('that finds everything in place changes nothing and holds it all the same', async () => {
    const server = new FakeServer({
      services: {Spooler: {state: 'STOPPED', startType: 'disabled'}},
      files: {[webConfig]: ['M9.1']},
    });
    const store = await freshStore();
    const plan = planOf([addRule(webConfig, 'M9.1', {status: 'done'}), serviceOff('Spooler')]);
    const result = await execute(plan, server, {store});
    expect(result).toMatchObject({outcome: 'nothing-to-do', exitCode: 0});
    expect(server.ran).toEqual([]);
    const state = replay(await store.readAll());
    expect(state.resources.get('service:spooler')?.holders).toEqual(['M9']);
    expect(state.mitigations.get('M9')?.steps.map(({ours}) => ours)).toEqual([false, false]);
  });

  test('with a step called done that is not done is refused', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    const result = await execute(planOf([addRule(webConfig, 'M9.1', {status: 'done'})]), server, {store});
    expect(result).toMatchObject({outcome: 'refused', exitCode: 3, code: 'APPLY.BEFORE_DIFFERS'});
    expect(server.ran).toEqual([]);
  });

  test('made for another state is refused, says what differs, and touches nothing', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    const result = await execute(planOf([serviceOff('Spooler', 'auto')]), server, {store});
    expect(result).toMatchObject({outcome: 'refused', exitCode: 3, code: 'APPLY.BEFORE_DIFFERS'});
    expect(result.message).toContain('it is not true that service Spooler has start type auto');
    expect(server.ran).toEqual([]);
    expect(replay(await store.readAll()).mitigations.size).toBe(0);
  });

  test('that meets another state in its second step takes the first one back', async () => {
    const server = new FakeServer(ordinary);
    const before = server.snapshot();
    const store = await freshStore();
    const result = await execute(planOf([addRule(webConfig, 'M9.1'), serviceOff('Spooler', 'auto')]), server, {store});
    expect(result).toMatchObject({outcome: 'restored', exitCode: 4, code: 'APPLY.FAILED_RESTORED'});
    expect(result.steps.map(({outcome}) => outcome)).toEqual(['undone', 'failed']);
    expect(server.snapshot()).toEqual(before);
  });

  test('writes the deadline of its confirm before its first step, and anew when there is something to look at', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    await execute(threeSteps(), server, {store, confirmWithinMs: 900_000});
    const {lines} = await store.read('r1');
    expect(lines[1]).toMatchObject({type: 'confirm.pending', deadline: '2026-11-22T02:15:00.000Z'});
    const finished = lines.find(({type}) => type === 'run.finished')?.at ?? '';
    const deadline = new Date(new Date(finished).getTime() + 900_000).toISOString();
    expect(replay([{runId: 'r1', lines, torn: 0}]).pendingConfirms).toEqual([{run: 'r1', deadline}]);
    const crashed = lines.slice(0, 5);
    expect(replay([{runId: 'r1', lines: crashed, torn: 0}]).pendingConfirms).toEqual([
      {run: 'r1', deadline: '2026-11-22T02:15:00.000Z'},
    ]);
  });

  test('keeps no secret that a program printed', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    const secret = sc('config', 'Spooler', 'password=', 'password="hunter2"');
    const plan = planOf([serviceOff('Spooler', 'delayed-auto', {commands: [run(secret, [])]})]);
    await execute(plan, server, {store});
    const told = JSON.stringify((await store.read('r1')).lines.slice(1));
    expect(told).toContain('[redacted sha256:');
    expect(told).not.toContain('hunter2');
  });
});

describe('the read-back decides', () => {
  const stopped = 'sc.exe stop Spooler';
  const oneService = () => planOf([serviceOff('Spooler', 'delayed-auto')]);

  test('exit code 0 without effect is a failure, and is taken back', async () => {
    const server = new FakeServer(ordinary);
    const before = server.snapshot();
    server.faults.set(stopped, [{exitCode: 0, effect: false}]);
    const result = await execute(oneService(), server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'restored', exitCode: 4});
    expect(result.message).toContain('exit code 0, and it is not true that service Spooler is STOPPED');
    expect(server.snapshot()).toEqual(before);
  });

  test('another exit code with effect is done, with a note', async () => {
    const server = new FakeServer(ordinary);
    server.faults.set(stopped, [{exitCode: 1062, effect: true}]);
    const result = await execute(oneService(), server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'done', exitCode: 0});
    expect(result.notes).toEqual(['sc.exe stop Spooler: exit code 1062, yet what it should bring about is true.']);
  });

  test('no exit code at all with effect is done, with a note', async () => {
    const server = new FakeServer(ordinary);
    server.faults.set(stopped, [{effect: true, rejects: 'SERVER.TOOL_CRASHED'}]);
    const result = await execute(oneService(), server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'done', notes: [expect.stringContaining('SERVER.TOOL_CRASHED')]});
  });

  test('a program that outlives its time is waited for before anybody looks', async () => {
    const server = new FakeServer(ordinary);
    server.faults.set(stopped, [{effect: true, rejects: 'SERVER.TOOL_TIMEOUT', livesMs: 30_000}]);
    const result = await execute(oneService(), server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'done'});
    expect(server.services.get('Spooler')?.state).toBe('STOPPED');
  });

  test('while a program of ours never ends nothing is undone, and the run waits for recovery', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    server.faults.set(stopped, [{effect: true, rejects: 'SERVER.TOOL_TIMEOUT', livesMs: 3_600_000}]);
    const result = await execute(oneService(), server, {store});
    expect(result).toMatchObject({outcome: 'not-restored', exitCode: 5, code: 'APPLY.CHILD_RUNNING'});
    expect(result.mustDo).toEqual([expect.stringMatching(/process 101.*stopgap recover/)]);
    expect(server.ran).toEqual(['sc.exe config Spooler start= disabled', stopped]);
    const {unfinished} = replay(await store.readAll());
    expect(unfinished?.progress.open?.process?.pid).toBe(101);
  });

  test('what cannot be read back is not taken for done', async () => {
    const server = new FakeServer(ordinary);
    const result = await execute(planOf([addRule(webConfig, 'M9.1')]), server, {
      store: await freshStore(),
      holds: async (check) => {
        if (server.ran.length === 1 && check.check === 'element') throw new Error('web.config is malformed');
        return server.holds(check);
      },
    });
    expect(result.outcome).not.toBe('done');
    expect(result.message).toContain('it cannot be read: web.config is malformed');
  });
});

describe('a failure that passes by itself', () => {
  const edit = `appcmd.exe set config ${webConfig} /+[name='M9.1']`;
  const times = (count: number, exitCode: number) => Array.from({length: count}, () => ({exitCode, effect: false}));

  test.each([32, 1061, 1726, 2147549190])('is tried again: exit code %d', async (exitCode) => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    server.faults.set(edit, times(4, exitCode));
    const result = await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store});
    expect(result).toMatchObject({outcome: 'done', notes: [expect.stringContaining('succeeded at try 5')]});
    const {lines} = await store.read('r1');
    expect(lines.flatMap((line) => (line.type === 'command.intended' ? [line.attempt] : []))).toEqual([1, 2, 3, 4, 5]);
  });

  test('is given up after five tries in about thirty seconds', async () => {
    const server = new FakeServer(ordinary);
    const began = server.clock.now().getTime();
    server.faults.set(edit, times(9, 32));
    const result = await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'restored', exitCode: 4});
    expect(server.ran.filter((text) => text === edit)).toHaveLength(5);
    expect(server.clock.now().getTime() - began).toBeLessThan(40_000);
  });

  test.each([5, 13, 50, 87, 183, 1168])('is not taken for one: exit code %d', async (exitCode) => {
    const server = new FakeServer(ordinary);
    server.faults.set(edit, times(1, exitCode));
    const result = await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store: await freshStore()});
    expect(result.outcome).toBe('restored');
    expect(server.ran.filter((text) => text === edit)).toHaveLength(1);
  });
});

describe('the way back', () => {
  test('runs in reverse order, and for the failed step too', async () => {
    const server = new FakeServer(ordinary);
    const before = server.snapshot();
    server.faults.set('appcmd.exe stop apppool EcpPool', [{exitCode: 5, effect: false}]);
    const result = await execute(threeSteps(), server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'restored', exitCode: 4});
    expect(result.steps.map(({outcome}) => outcome)).toEqual(['undone', 'undone', 'undone']);
    expect(server.snapshot()).toEqual(before);
    const back = server.ran.indexOf('appcmd.exe stop apppool EcpPool') + 1;
    expect(server.ran.slice(back)).toEqual([
      'appcmd.exe set apppool EcpPool /autoStart:true',
      'sc.exe config Spooler start= delayed-auto',
      'sc.exe start Spooler',
      `appcmd.exe set config ${webConfig} /-[name='M9.1']`,
    ]);
  });

  test('that fails ends there, with a sentence for each thing that is left to a person', async () => {
    const server = new FakeServer(ordinary);
    const store = await freshStore();
    server.faults.set('appcmd.exe stop apppool EcpPool', [{exitCode: 5, effect: false}]);
    server.faults.set('sc.exe start Spooler', [{exitCode: 1053, effect: false}]);
    const result = await execute(threeSteps(), server, {store});
    expect(result).toMatchObject({outcome: 'not-restored', exitCode: 5, code: 'APPLY.FAILED_NOT_RESTORED'});
    expect(result.steps.map(({outcome}) => outcome)).toEqual(['not-undone', 'not-undone', 'undone']);
    expect(result.mustDo).toEqual([
      expect.stringContaining('sc.exe start Spooler, until it is true that service Spooler is RUNNING'),
      expect.stringMatching(/appcmd\.exe set config .*is absent/),
    ]);
    expect(server.files.get(webConfig)).toContain('M9.1');
    const state = replay(await store.readAll());
    expect(state.unfinished).toBeUndefined();
    expect([...state.resources.keys()]).toEqual([expect.stringMatching(/^element:/), 'service:spooler']);
    expect(state.mitigations.get('M9')?.complete).toBe(false);
  });

  test('that the plan does not have is a failure, not a success', async () => {
    const server = new FakeServer(ordinary);
    server.faults.set('sc.exe stop Spooler', [{exitCode: 5, effect: false}]);
    const plan = planOf([serviceOff('Spooler', 'delayed-auto', {undo: []})]);
    const result = await execute(plan, server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'not-restored', exitCode: 5});
    expect(result.mustDo).toHaveLength(1);
  });

  test('begins when somebody starts a stopped pool again', async () => {
    const server = new FakeServer(ordinary);
    const before = server.snapshot();
    const {sleep} = server.clock;
    const clock = {
      ...server.clock,
      sleep: async (milliseconds: number) => {
        await sleep(milliseconds);
        if (milliseconds === 60_000) server.pools.set('EcpPool', {state: 'Started', autoStart: 'false'});
      },
    };
    Object.defineProperty(server, 'clock', {value: clock});
    const result = await execute(planOf([poolOff('EcpPool')]), server, {store: await freshStore()});
    expect(result).toMatchObject({outcome: 'restored', message: expect.stringContaining('somebody changed it back')});
    expect(server.snapshot()).toEqual(before);
  });
});
