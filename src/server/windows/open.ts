import {systemClock} from '../../kit/clock.ts';
import {sha256} from '../../kit/hash.ts';
import {takeLock} from '../pipe-lock.ts';
import type {Server} from '../server.ts';
import {windowsPathKey} from '../windows-path.ts';
import {isSameProcess} from './api/processes.ts';
import {windowsRestorer} from './files.ts';
import {windowsProber} from './prober.ts';
import {openWindowsReader} from './reader.ts';
import {windowsRunner} from './runner.ts';
import {scheduledTasks} from './start-up-tasks.ts';

/** This machine, with the means to change it. */
export const openWindows = async (): Promise<Server> => {
  const reader = await openWindowsReader();
  // One lock for the configuration of this machine, whichever state folder is named.
  const lockName = `stopgap-${sha256(windowsPathKey(reader.configFolder))}`;
  return {
    ...reader,
    clock: systemClock,
    commands: windowsRunner,
    restorer: windowsRestorer,
    prober: windowsProber(reader),
    startUpTasks: scheduledTasks,
    lock: (what = 'changes') => takeLock(what === 'agent' ? `${lockName}-agent` : lockName),
    isRunning: async (child) => isSameProcess(child),
  };
};
