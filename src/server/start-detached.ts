import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';

export interface DetachedProgram {
  /** Absolute path, and an argv. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The first word that it prints when it is ready. */
  readonly says: string;
}

// A slow machine with a virus scanner takes seconds to start Node.js.
const startMs = 30_000;

/**
 * Starts a program that outlives us, and resolves when it has said that it is ready. Rejects where it does not come to
 * that; nothing is left running then.
 */
export const startDetached = async ({program, args, cwd, says}: DetachedProgram): Promise<void> => {
  const child = spawn(program, args, {
    cwd,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const signal = AbortSignal.timeout(startMs);
  const ended = async (): Promise<never> => {
    await once(child, 'exit', {signal});
    throw new Error('it ended at once');
  };
  try {
    const [first]: unknown[] = await Promise.race([once(child.stdout, 'data', {signal}), ended()]);
    if (!String(first).startsWith(says)) throw new Error('it did not say that it is ready');
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    child.stdout.destroy();
    child.unref();
  }
};

/** This process, as another one can ask for it: its id, and when it started where the system tells. */
export const thisProcess = (): {readonly pid: number; readonly startTime: string} => {
  try {
    const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8');
    return {pid: process.pid, startTime: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''};
  } catch {
    return {pid: process.pid, startTime: ''};
  }
};
