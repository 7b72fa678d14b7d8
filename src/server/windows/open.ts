import {systemClock} from '../../kit/clock.ts';
import {sha256} from '../../kit/hash.ts';
import type {Server} from '../server.ts';
import {windowsPathKey} from '../windows-path.ts';
import {holdPipe} from './api/held-pipe.ts';
import {isSameProcess} from './api/processes.ts';
import {windowsRestorer} from './files.ts';
import {administratorsOnly} from './folder-guard.ts';
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
    lock: async (what = 'changes') => {
      const release = holdPipe(what === 'agent' ? `${lockName}-agent` : lockName, administratorsOnly);
      return release && (async () => release());
    },
    isRunning: async (child) => isSameProcess(child),
  };
};
