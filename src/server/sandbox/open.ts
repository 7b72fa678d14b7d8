import {resolve} from 'node:path';
import type {Clock} from '../../kit/clock.ts';
import type {Server} from '../server.ts';
import {openDisk} from './disk.ts';
import {probe} from './http/serve.ts';
import {lockFolder} from './lock.ts';
import {isSameProcess} from './process-identity.ts';
import {openSandboxReader, type SandboxOptions} from './reader.ts';
import {sandboxRunner} from './runner.ts';
import {advanceClock, readRuntime, simulatedNow} from './runtime.ts';
import {startUpTasksOf} from './start-up-tasks.ts';

/** Real time plus the offset of the sandbox; waiting moves the offset and costs nothing. */
const sandboxClock = (dir: string): Clock => {
  let slept = 0;
  return {
    now: () => {
      const realTime = new Date();
      return new Date(simulatedNow(readRuntime(dir, realTime), realTime));
    },
    elapsed: () => performance.now() + slept,
    sleep: async (milliseconds) => {
      slept += milliseconds;
      advanceClock(dir, new Date(), milliseconds);
    },
  };
};

/** A simulated server that can be changed, through its own appcmd and sc. */
export const openSandbox = async (dir: string, options: SandboxOptions = {}): Promise<Server> => {
  const folder = resolve(dir);
  const disk = openDisk(folder);
  const reader = await openSandboxReader(dir, options);
  return {
    ...reader,
    clock: sandboxClock(folder),
    commands: sandboxRunner(folder, {inProcess: options.inProcess ?? false}),
    restorer: {restoreFile: async (path, bytes) => disk.write(path, bytes)},
    prober: {get: async (site, path) => probe(folder, new Date(), site, path)},
    startUpTasks: startUpTasksOf(folder),
    lock: (what) => lockFolder(folder, what),
    isRunning: async (process) => isSameProcess(process),
  };
};
