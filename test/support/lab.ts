import {existsSync} from 'node:fs';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {onTestFinished} from 'vitest';
import type {RunResult} from '../../src/apply/result.ts';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {sha256} from '../../src/kit/hash.ts';
import {type ApplyEnd, applyPlan} from '../../src/operations/apply-plan.ts';
import {loadSources, type SourceContext} from '../../src/operations/load-sources.ts';
import {planForServer} from '../../src/operations/plan-for-server.ts';
import {recoverRun} from '../../src/operations/recover.ts';
import {refusePlan} from '../../src/operations/refuse-plan.ts';
import {planRollback} from '../../src/operations/rollback.ts';
import {keepSource, type LoadedSource} from '../../src/operations/sources.ts';
import {openState} from '../../src/operations/state.ts';
import {rollBack} from '../../src/operations/take-back.ts';
import {type Plan, plan as planSchema} from '../../src/plan/model.ts';
import type {PlanOptions} from '../../src/plan/options.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {readDescription} from '../../src/server/sandbox/description.ts';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import {readRuntime} from '../../src/server/sandbox/runtime.ts';
import type {PoolRuntime, ServiceRuntime} from '../../src/server/sandbox/runtime-json.ts';
import type {Server} from '../../src/server/server.ts';
import type {ServerJson} from '../../src/server/server-json.ts';

/*
 * A simulated server of one test and the whole pipeline on it, as the command line strings it together, without a
 * process: plan (through its file's text), apply, roll back, recover.
 */

export const fixture = (name: string): string => join(import.meta.dirname, '../../fixtures/iis/servers', name);

/** Files of real servers, which belong to others and are no part of the project. */
export const realFiles = join(import.meta.dirname, '../../../shared/real');
export const haveRealFiles = existsSync(realFiles);
export const warnWithoutRealFiles = (): void => {
  if (!haveRealFiles) console.warn('SKIPPED: no real configuration files in ../shared/real');
};

// Journals and backups are synced line by line: a file system in memory spares the disk.
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder of its own for one test. */
export const testFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(memory, 'stopgap-lab-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  return folder;
};

/** Every file below a folder by its path, as a hash: equal trees give equal objects, and a difference has a name. */
export const treeOf = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const entries = existsSync(folder) ? await readdir(folder, {recursive: true, withFileTypes: true}) : [];
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = await Promise.all(
    files.map(async (file) => [relative(folder, file), sha256(await readFile(file))] as const),
  );
  return Object.fromEntries(hashed.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

export interface LabRollback {
  readonly target?: string;
  readonly all?: boolean;
  readonly exact?: boolean;
  readonly fromBackup?: boolean;
  readonly accept?: readonly {code: string; reason: string}[];
}

export interface LabPlan extends Partial<PlanOptions> {
  readonly profiles?: readonly string[];
  /** Leaves the plan as it is also where it is refused. */
  readonly evenIfRefused?: boolean;
}

export interface Lab {
  readonly dir: string;
  readonly stateDir: string;
  readonly server: Server;
  /** What plan does with sources: ids, files, feeds. @throws Refusal */
  plan(args: readonly string[], options?: LabPlan): Promise<Plan>;
  planOf(sources: readonly LoadedSource[], options?: LabPlan): Promise<Plan>;
  apply(
    plan: Plan,
    options?: {
      readonly server?: Server;
      readonly profiles?: readonly string[];
      /** Nobody watches: the test does. */
      readonly confirmWithinMs?: number;
    },
  ): Promise<ApplyEnd>;
  /** Applies, and fails where nothing or the wrong thing happens. */
  applied(plan: Plan, profiles?: readonly string[]): Promise<RunResult>;
  planRollback(choice?: LabRollback): Promise<Plan>;
  rollBack(choice?: LabRollback): Promise<{readonly plan: Plan; readonly result: RunResult}>;
  recover(choice?: 'undo' | 'complete'): Promise<RunResult>;
  /** The disk. */
  tree(): Promise<Readonly<Record<string, string>>>;
  /** Services and pools, without what passes by itself. */
  machine(): Machine;
  read(windowsPath: string): Promise<string>;
  write(windowsPath: string, content: string | Uint8Array): Promise<void>;
}

export interface Machine {
  readonly services: Readonly<Record<string, ServiceRuntime>>;
  readonly pools: Readonly<Record<string, PoolRuntime>>;
}

export interface LabOptions {
  readonly build?: string;
  /** Changes what server.json says, before the server starts. */
  readonly describe?: (description: ServerJson) => ServerJson;
  /** Starts real processes instead of calling the programs. */
  readonly processes?: true;
  readonly dir?: string;
}

/** What is asked in a laboratory: its own folders, now, and no network. */
export const contextOf = (lab: Lab) => ({
  stateDir: lab.stateDir,
  cwd: lab.dir,
  now: lab.server.clock.now(),
  profiles: [],
  env: {},
});

const admin = {by: 'admin', onEvent: () => undefined};

/** A sandbox made from a tree. */
export const makeLab = async (from: string, options: LabOptions = {}): Promise<Lab> => {
  const dir = options.dir ?? join(await testFolder(), 'server');
  await createSandbox(dir, {from, ...(options.build === undefined ? {} : {build: options.build})});
  if (options.describe) {
    await writeFile(join(dir, 'server.json'), canonicalJson(options.describe(readDescription(dir))));
    await rm(join(dir, '.stopgap', 'sandbox', 'runtime.json'));
  }
  return openLab(dir, options);
};

export const openLab = async (dir: string, {processes}: LabOptions = {}): Promise<Lab> => {
  const stateDir = join(dir, '.stopgap', 'state');
  const server = await openSandbox(dir, {inProcess: processes === undefined});
  const context = (profiles: readonly string[] = []): SourceContext => ({
    stateDir,
    cwd: dir,
    now: server.clock.now(),
    profiles,
    env: {},
  });
  const hostPath = (path: string): string => join(dir, path.replace(/^C:/, 'C').replaceAll('\\', '/'));

  const planOf: Lab['planOf'] = async (sources, {place, accept = [], evenIfRefused = false} = {}) => {
    const now = server.clock.now();
    const plan = await planForServer(server, {sources, options: {place, accept}, stateDir, now});
    if (!evenIfRefused) refusePlan(plan.body);
    await openState(stateDir);
    for (const source of sources) await keepSource(stateDir, source);
    // Through its text, as a file would bring it.
    return planSchema.parse(JSON.parse(canonicalJson(plan)));
  };
  const apply: Lab['apply'] = async (plan, {server: through = server, profiles, confirmWithinMs} = {}) =>
    applyPlan(plan, through, {
      context: context(profiles),
      now: true,
      reason: 'change 4711',
      confirmWithinMs,
      guard: async () => [],
      window: undefined,
      ...admin,
    });
  return {
    dir,
    stateDir,
    server,
    plan: async (args, options = {}) => planOf(await loadSources(args, context(options.profiles)), options),
    planOf,
    apply,
    applied: async (plan, profiles) => {
      const end = await apply(plan, profiles ? {profiles} : {});
      if (end.did === 'applied' && end.result.exitCode === 0) return end.result;
      throw new Error(`not applied: ${JSON.stringify(end)}`);
    },
    planRollback: (choice) => planRollback(server, chosen(choice), {stateDir, now: server.clock.now()}),
    rollBack: (choice) =>
      rollBack(server, {
        choice: chosen(choice),
        stateDir,
        now: server.clock.now(),
        kind: 'rollback',
        reason: 'change 4711',
        ...admin,
      }),
    recover: (choice = 'undo') => recoverRun(server, {stateDir, choice, ...admin}),
    tree: () => treeOf(join(dir, 'C')),
    machine: () => {
      const {services, appPools} = readRuntime(dir, new Date());
      return {services, pools: appPools};
    },
    read: (path) => readFile(hostPath(path), 'utf8'),
    write: (path, content) => writeFile(hostPath(path), content),
  };
};

const chosen = ({target, all = false, exact = false, fromBackup = false, accept = []}: LabRollback = {}) => ({
  target,
  all,
  exact,
  fromBackup,
  accept,
});
