import {mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ServerJson} from '../server-json.ts';
import {readDescription} from './description.ts';
import {type FaultName, type Runtime, runtimeJson} from './runtime-json.ts';

export const sandboxStateFolder = (dir: string): string => join(dir, '.stopgap', 'sandbox');
export const runtimeFile = (dir: string): string => join(sandboxStateFolder(dir), 'runtime.json');

/** The state of a server that has just been described: what server.json says. */
export const initialRuntime = (description: ServerJson): Runtime => ({
  formatVersion: 1,
  clockOffsetMs: 0,
  services: Object.fromEntries(description.services.map(({name, state, startType}) => [name, {state, startType}])),
  appPools: Object.fromEntries(Object.entries(description.appPools).map(([name, state]) => [name, {state}])),
  sites: {},
  faults: [],
});

const load = (dir: string): Runtime => {
  let text: string;
  try {
    text = readFileSync(runtimeFile(dir), 'utf8');
  } catch {
    return initialRuntime(readDescription(dir));
  }
  return runtimeJson.parse(JSON.parse(text));
};

/** Lets what is over be over: pending states whose time has come become what they lead to. */
const settle = (runtime: Runtime, now: number): Runtime => ({
  ...runtime,
  services: Object.fromEntries(
    Object.entries(runtime.services).map(([name, service]) => {
      const {pending, ...rest} = service;
      return pending && pending.at <= now ? [name, {...rest, state: pending.next}] : [name, service];
    }),
  ),
  appPools: Object.fromEntries(
    Object.entries(runtime.appPools).map(([name, pool]) =>
      pool.next !== undefined && pool.at !== undefined && pool.at <= now ? [name, {state: pool.next}] : [name, pool],
    ),
  ),
});

/** The state now. Nothing is written. */
export const readRuntime = (dir: string, realTime: Date): Runtime => {
  const runtime = load(dir);
  return settle(runtime, realTime.getTime() + runtime.clockOffsetMs);
};

export const simulatedNow = (runtime: Runtime, realTime: Date): number => realTime.getTime() + runtime.clockOffsetMs;

const staleLockMs = 5000;

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

// Programs run one after the other, but a prober or a second terminal may come between reading and writing. The lock
// is held for the length of one write; an old one belongs to a program that was killed.
const withFileLock = <T>(dir: string, work: () => T): T => {
  // Refuses a folder that is no sandbox before anything is made in it.
  readDescription(dir);
  const lock = join(sandboxStateFolder(dir), 'runtime.lock');
  mkdirSync(sandboxStateFolder(dir), {recursive: true});
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const age = statSync(lock, {throwIfNoEntry: false});
      if (age && Date.now() - age.mtimeMs > staleLockMs) rmSync(lock, {recursive: true, force: true});
      else pause(5);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, {recursive: true, force: true});
  }
};

/** Reads, changes and writes the state as one step; `change` gets the settled state and the simulated time. */
export const updateRuntime = (
  dir: string,
  realTime: Date,
  change: (runtime: Runtime, now: number) => Runtime,
): Runtime =>
  withFileLock(dir, () => {
    const settled = readRuntime(dir, realTime);
    const changed = change(settled, simulatedNow(settled, realTime));
    const temporary = `${runtimeFile(dir)}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(changed, undefined, 2)}\n`);
    renameSync(temporary, runtimeFile(dir));
    return changed;
  });

/** Lets simulated time pass at once. */
export const advanceClock = (dir: string, realTime: Date, milliseconds: number): void => {
  updateRuntime(dir, realTime, (runtime) => ({
    ...runtime,
    clockOffsetMs: runtime.clockOffsetMs + Math.round(milliseconds),
  }));
};

/**
 * Whether the fault strikes at this chance. The first armed one of that name counts down and is gone once it struck.
 */
export const faultStrikes = (dir: string, realTime: Date, name: FaultName): boolean => {
  if (!readRuntime(dir, realTime).faults.some((fault) => fault.name === name)) return false;
  let strikes = false;
  updateRuntime(dir, realTime, (runtime) => {
    const index = runtime.faults.findIndex((fault) => fault.name === name);
    const fault = runtime.faults[index];
    if (!fault) return runtime;
    strikes = fault.at === 1;
    const rest = strikes ? [] : [{...fault, at: fault.at - 1}];
    return {...runtime, faults: runtime.faults.toSpliced(index, 1, ...rest)};
  });
  return strikes;
};

export type Language = 'en' | 'de' | 'ru';

/** The language of the simulated Windows. */
export const languageOf = (runtime: Runtime): Language => {
  if (runtime.faults.some(({name}) => name === 'localised-de')) return 'de';
  return runtime.faults.some(({name}) => name === 'localised-ru') ? 'ru' : 'en';
};
