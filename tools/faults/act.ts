import {executePlan} from '../../src/apply/execute.ts';
import type {RunResult} from '../../src/apply/result.ts';
import type {JournalEvent} from '../../src/journal/model.ts';
import {type JournalStore, openStore} from '../../src/journal/store.ts';
import {posixGuard} from '../../src/kit/folder-guard.ts';
import {isRefusal} from '../../src/kit/refusal.ts';
import {loadSources} from '../../src/operations/load-sources.ts';
import {planForServer} from '../../src/operations/plan-for-server.ts';
import {probeTargets} from '../../src/operations/probe-targets.ts';
import {recoverRun} from '../../src/operations/recover.ts';
import {readState} from '../../src/operations/state.ts';
import {rollBack} from '../../src/operations/take-back.ts';
import {holds} from '../../src/plan/check.ts';
import type {Plan} from '../../src/plan/model.ts';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import type {Server} from '../../src/server/server.ts';
import {asFaults, stateDirOf, type Template} from './server.ts';

/* What an administrator does: plan, apply, and after something went wrong recover and roll back. */

export const accept = ['SERVICE.NOT_LISTED'].map((code) => ({code, reason: 'fault suite'}));

export const planTemplate = async ({dir, mitigationFile}: Template): Promise<Plan> => {
  const server = await openSandbox(dir, {inProcess: true});
  const stateDir = stateDirOf(dir);
  const now = server.clock.now();
  const context = {stateDir, cwd: dir, now, profiles: [], env: {}};
  const sources = await loadSources([mitigationFile], context);
  return planForServer(server, {sources, options: {place: undefined, accept}, stateDir, now});
};

/** Told of every journal line and every command, before and after. It may throw to end the process. */
export type Moment = (when: 'before' | 'after', what: JournalEvent | 'command') => Promise<void>;

export interface ApplyOptions {
  readonly moment?: Moment;
  /** Wraps the server: a clock that jumps, a disk that is full. */
  readonly wrap?: (server: Server) => Server;
  readonly wrapStore?: (store: JournalStore) => JournalStore;
  readonly probe?: boolean;
}

const tapStore = (store: JournalStore, moment: Moment): JournalStore => ({
  ...store,
  create: async (options) => {
    const journal = await store.create(options);
    return {
      ...journal,
      append: async (event) => {
        await moment('before', event);
        await journal.append(event);
        await moment('after', event);
      },
    };
  },
});

const tapServer = (server: Server, moment: Moment): Server => ({
  ...server,
  commands: {
    run: async (command, options) => {
      await moment('before', 'command');
      const result = await server.commands.run(command, options);
      await moment('after', 'command');
      return result;
    },
  },
});

/** Runs the plan without planning it again: the server is the one that it was made for. */
export const applyTo = async (dir: string, plan: Plan, options: ApplyOptions = {}): Promise<RunResult> => {
  const {moment = async () => undefined, wrap = (server) => server, wrapStore = (store) => store} = options;
  const server = tapServer(wrap(await openSandbox(dir, {inProcess: true})), moment);
  const store = wrapStore(tapStore(await openStore(stateDirOf(dir), posixGuard), moment));
  const probes = options.probe === true ? await probeTargets(server, plan.body) : [];
  return executePlan(plan, server, {
    store,
    holds: (check) => holds(check, server),
    ...asFaults,
    probes,
  });
};

const quiet = {by: 'faults', onEvent: () => undefined};

export interface Order {
  /** Codes of refusals and results on the way, in their order. */
  readonly said: readonly string[];
  /** False: nobody can say what the server is in. */
  readonly explained: boolean;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Recovers until nothing is unfinished; a program that outlived its parent is waited for, as its message says. */
export const recoverAll = async (dir: string, choice: 'undo' | 'complete'): Promise<Order> => {
  const said: string[] = [];
  const stateDir = stateDirOf(dir);
  for (let tries = 0; tries < 40; tries++) {
    const server = await openSandbox(dir, {inProcess: true});
    if ((await readState(stateDir)).state.unfinished === undefined) return {said, explained: true};
    try {
      const result = await recoverRun(server, {stateDir, choice, ...quiet});
      said.push(result.code ?? result.outcome);
      if (result.outcome === 'not-restored' && result.mustDo.length === 0) return {said, explained: false};
    } catch (error) {
      if (!isRefusal(error)) return {said: [...said, String(error)], explained: false};
      said.push(error.code);
      if (error.code !== 'RECOVER.CHILD_RUNNING') return {said, explained: error.next.length > 0};
      await pause(250);
    }
  }
  return {said, explained: false};
};

/** The way back of a person who is told that the server is not as before: roll back, then by the kept bytes. */
export const rollBackAll = async (dir: string): Promise<Order> => {
  const said: string[] = [];
  const stateDir = stateDirOf(dir);
  for (const exact of [false, true]) {
    const {state} = await readState(stateDir);
    if (state.mitigations.size === 0) break;
    const server = await openSandbox(dir, {inProcess: true});
    const choice = {target: undefined, all: true, exact, fromBackup: false, accept: [...changed]};
    try {
      const now = server.clock.now();
      const {result} = await rollBack(server, {choice, stateDir, now, kind: 'rollback', reason: 'faults', ...quiet});
      said.push(result.code ?? `rollback ${result.outcome}`);
    } catch (error) {
      if (!isRefusal(error)) return {said: [...said, String(error)], explained: false};
      said.push(error.code);
    }
  }
  return {said, explained: true};
};

const changed = [{code: 'ROLLBACK.CHANGED_SINCE', reason: 'fault suite'}];
