import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {startDetached, thisProcess} from '../server/start-detached.ts';
import type {GlobalArgs, Io} from './command.ts';
import {stateDirOf} from './open-server.ts';

/*
 * The watchdog is a process of its own that outlives the one which applies: it takes back what nobody confirms. It is
 * started, and has said that it watches, before anything is changed.
 */

/** The program itself: beside this module in the source tree, the bundle's entry in a release. */
const program = (): string => {
  const candidates = ['./main.ts', './stopgap.mjs'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Error('the program that would watch is not there');
  return found;
};

/** Starts it and resolves when it watches. Rejects where that cannot be had. */
export const guardFor =
  (args: Pick<GlobalArgs, 'server' | 'state-dir'>, io: Io): (() => Promise<void>) =>
  async () => {
    const {pid, startTime} = thisProcess();
    const server = args.server === undefined ? [] : ['--server', args.server];
    const words = [
      'watch-confirms',
      ...server,
      '--state-dir',
      stateDirOf(args, io),
      '--starter',
      `${pid}:${startTime}`,
    ];
    await startDetached({script: program(), args: words, cwd: io.cwd, says: 'watching'});
  };
