import {execa} from 'execa';

export interface Program {
  /** The whole path. */
  readonly file: string;
  readonly args: readonly string[];
  /** What it reads on standard input. */
  readonly input: string;
  readonly timeoutMs: number;
}

/**
 * Runs a program that an administrator named, without a shell. Rejects where it cannot be started, was killed or takes too
 * long; nothing of it is left running then.
 */
export const runProgram = async ({
  file,
  args,
  input,
  timeoutMs,
}: Program): Promise<{readonly exitCode: number; readonly stderr: string}> => {
  const result = await execa(file, [...args], {
    input,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
    reject: false,
    stdout: 'ignore',
    maxBuffer: 100_000,
    windowsHide: true,
  });
  if (result.timedOut) throw new Error(`${file} did not end within ${timeoutMs / 1000} seconds`);
  if (result.exitCode === undefined)
    throw new Error(
      `${file} ${result.isTerminated ? 'was killed' : 'cannot be started'}: ${result.code ?? result.signal ?? ''}`,
    );
  return {exitCode: result.exitCode, stderr: result.stderr};
};
