import {readFileSync, writeSync} from 'node:fs';
import type {Program} from '../program.ts';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Writes all of it: a pipe may take less than it is given. Nobody at the other end is no reason to stop: the real
 * programs finish what they began when the one who started them is gone.
 */
const writeAll = (descriptor: number, data: string | Uint8Array): void => {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (codeOf(error) === 'EPIPE') return;
      if (codeOf(error) !== 'EAGAIN') throw error;
    }
  }
};

// A POSIX exit status has 8 bits and Windows exit codes have 32: the whole code goes to file descriptor 3. Whoever
// finds no line there knows that the program did not come to its end.
const reportExitCode = (code: number): void => {
  if (process.platform === 'win32') return;
  try {
    writeAll(3, `${code}\n`);
  } catch {
    // Started by hand, with no descriptor 3: the exit status has to do.
  }
};

/** Runs a simulated program as the process that we are. */
export const runProgram = async (program: Program): Promise<void> => {
  const code = await program(process.argv.slice(2), {
    stdout: (text) => writeAll(1, text),
    stderr: (text) => writeAll(2, text),
    stdin: () => readFileSync(0, 'utf8'),
    env: process.env,
    now: () => new Date(),
    die: () => {
      process.kill(process.pid, 'SIGKILL');
      // The signal may take a moment to arrive: nothing may happen in it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      throw new Error('still alive');
    },
  });
  reportExitCode(code);
  process.exitCode = process.platform === 'win32' ? code : Math.min(code, 255);
};
