import {existsSync} from 'node:fs';
import {stat, truncate} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {RecoveryChoice} from '../../src/apply/recovery-decision.ts';
import type {RunResult} from '../../src/apply/result.ts';
import {replay} from '../../src/journal/replay.ts';
import type {RunJournal} from '../../src/journal/run-journal.ts';
import {type JournalStore, openStore} from '../../src/journal/store.ts';
import {posixGuard} from '../../src/kit/folder-guard.ts';
import type {Plan} from '../../src/plan/model.ts';
import {Death, FakeServer, immortal, type Lifeline} from '../support/fake-server.ts';
import {addRule, planOf, poolOff, serviceOff} from '../support/plans.ts';
import {execute, recoverRun, stateFolder} from '../support/run.ts';

/*
 * The process dies at every moment at which it can: at each line of the journal (not written, half written, written) and
 * at each command (before it starts, while it runs, after it ended). Then somebody recovers. However often that happens,
 * the server ends as it was before or as the plan wants it.
 */

// Thousands of synced lines: where there is a file system in memory, it spares the disk.
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const webConfig = 'C:\\inetpub\\wwwroot\\web.config';

const freshServer = (): FakeServer =>
  new FakeServer({
    services: {Spooler: {state: 'RUNNING', startType: 'delayed-auto'}},
    pools: {EcpPool: {state: 'Started', autoStart: 'true'}},
    files: {[webConfig]: ['old rule']},
    apps: {'Default Web Site /ecp': 'EcpPool'},
  });

const plan: Plan = planOf([
  addRule(webConfig, 'M9.1'),
  serviceOff('Spooler', 'delayed-auto'),
  poolOff('EcpPool', {declares: [{site: 'Default Web Site', path: '/ecp', status: 503}]}),
]);

/** Dies at the n-th moment, in the way given; counts the moments that it meets. */
const lifelineTo = (moment: number, way: number): Lifeline & {met: number; ways: number} => {
  const line = {
    dead: false,
    met: 0,
    /** How many ways there are to die at the moment that was asked for. */
    ways: 0,
    moment: <W extends string>(ways: readonly W[]): W | undefined => {
      if (line.dead) throw new Death('nothing runs after death');
      if (line.met++ !== moment) return undefined;
      line.ways = ways.length;
      return ways[way];
    },
  };
  return line;
};

const tear = async (file: string, bytes: number): Promise<void> => truncate(file, (await stat(file)).size - bytes);

/** The real store, in a process that can die. */
const mortalStore = (store: JournalStore, folder: string, lifeline: Lifeline): JournalStore => {
  const mortal = (journal: RunJournal): RunJournal => ({
    ...journal,
    append: async (event) => {
      if (lifeline.dead) throw new Death('nothing is written after death');
      const way = lifeline.moment(['lost', 'torn', 'written'] as const);
      if (way !== 'lost') await journal.append(event);
      if (way === 'torn') await tear(join(folder, 'runs', journal.runId, 'journal.jsonl'), 20);
      if (way === undefined) return;
      lifeline.dead = true;
      throw new Death(way);
    },
  });
  return {
    ...store,
    create: async (options) => mortal(await store.create(options)),
    reopen: async (runId, options) => mortal(await store.reopen(runId, options)),
  };
};

interface World {
  readonly folder: string;
  readonly server: FakeServer;
}

/** What a process does until it ends or dies. */
const live = async (
  {folder, server}: World,
  lifeline: Lifeline,
  work: (store: JournalStore) => Promise<RunResult>,
): Promise<RunResult | 'dead'> => {
  server.lifeline = lifeline;
  try {
    const result = await work(mortalStore(await openStore(folder, posixGuard), folder, lifeline));
    expect(lifeline.dead, 'a dead process gives no result').toBe(false);
    return result;
  } catch (error) {
    if (!(error instanceof Death)) throw error;
    return 'dead';
  } finally {
    server.lifeline = immortal;
  }
};

const stateOf = async ({folder}: World) => replay(await (await openStore(folder, posixGuard)).readAll());

const probes = [{site: 'Default Web Site', path: '/ecp'}];
const apply =
  ({server}: World) =>
  (store: JournalStore) =>
    execute(plan, server, {store, probes, confirmWithinMs: 900_000});

/** Recovers where there is something to recover, as an administrator does after a crash. */
const putInOrder = async (world: World, choice: RecoveryChoice, lifeline: Lifeline = immortal) => {
  const {unfinished} = await stateOf(world);
  if (unfinished === undefined) return undefined;
  return live(world, lifeline, (store) => recoverRun(unfinished.runId, world.server, {store, choice}));
};

const before = freshServer().snapshot();
const after = await (async () => {
  const server = freshServer();
  for (const step of plan.body.steps) {
    for (const command of step.commands) {
      if (command.do === 'run') await server.commands.run(command.command, {timeoutMs: 1000});
    }
  }
  await server.settle();
  return server.snapshot();
})();

const check = async (world: World, label: string): Promise<'before' | 'after'> => {
  await world.server.settle();
  const state = await stateOf(world);
  expect(state.unfinished, label).toBeUndefined();
  const applied = state.mitigations.has('M9');
  expect(world.server.snapshot(), label).toEqual(applied ? after : before);
  expect(state.resources.size, label).toBe(applied ? 3 : 0);
  return applied ? 'after' : 'before';
};

/** Every moment and every way to die at it, until the work is done without meeting the moment. */
async function* deaths(begin: (lifeline: Lifeline) => Promise<void>): AsyncGenerator<string> {
  for (let moment = 0; ; moment++) {
    for (let way = 0; ; way++) {
      const lifeline = lifelineTo(moment, way);
      await begin(lifeline);
      if (lifeline.met <= moment) return;
      if (way >= lifeline.ways) break;
      yield `moment ${moment}, way ${way}`;
    }
  }
}

const faulty = (server: FakeServer): void => {
  server.faults.set('appcmd.exe stop apppool EcpPool', [{exitCode: 5, effect: false}]);
};

describe.each(['undo', 'complete'] as const)('a crash at any moment, then recover with %s', (choice) => {
  test('ends with the server as it was or as it should be', async () => {
    let world: World = {folder: '', server: freshServer()};
    const ends: string[] = [];
    const begin = async (lifeline: Lifeline) => {
      world = {folder: await stateFolder(memory), server: freshServer()};
      await live(world, lifeline, apply(world));
    };
    for await (const label of deaths(begin)) {
      const recovered = await putInOrder(world, choice);
      if (recovered !== undefined) expect(recovered, label).toMatchObject({exitCode: 0});
      ends.push(await check(world, label));
    }
    expect(ends.length).toBeGreaterThan(80);
    expect(new Set(ends)).toEqual(new Set(['before', 'after']));
  });

  test('while the run takes itself back ends with the server as it was', async () => {
    let world: World = {folder: '', server: freshServer()};
    let count = 0;
    const begin = async (lifeline: Lifeline) => {
      world = {folder: await stateFolder(memory), server: freshServer()};
      faulty(world.server);
      await live(world, lifeline, apply(world));
    };
    for await (const label of deaths(begin)) {
      await putInOrder(world, choice);
      const end = await check(world, label);
      // The fault is used up once: whoever completes a run that had not met it yet, succeeds.
      if (choice === 'undo') expect(end, label).toBe('before');
      count++;
    }
    expect(count).toBeGreaterThan(80);
  });

  test('of the recovery itself, at any moment, needs only another recovery', async () => {
    // The eighteenth moment stands in the middle of the second step.
    let world: World = {folder: '', server: freshServer()};
    let count = 0;
    const begin = async (lifeline: Lifeline) => {
      world = {folder: await stateFolder(memory), server: freshServer()};
      await live(world, lifelineTo(18, 1), apply(world));
      await putInOrder(world, choice, lifeline);
    };
    for await (const label of deaths(begin)) {
      const again = await putInOrder(world, choice);
      if (again !== undefined) expect(again, label).toMatchObject({exitCode: 0});
      expect(await check(world, label)).toBe(choice === 'undo' ? 'before' : 'after');
      count++;
    }
    expect(count).toBeGreaterThan(20);
  });
});
