import type {Io} from '../../src/cli/command.ts';
import {runCli} from '../../src/cli/run-cli.ts';

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Setting {
  readonly cwd?: string;
  readonly env?: Io['env'];
  readonly isTTY?: boolean;
}

/** Runs the command line in this process and keeps what it prints. */
export const cli = async (
  argv: readonly string[],
  {cwd = process.cwd(), env = {}, isTTY}: Setting = {},
): Promise<CliRun> => {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runCli(argv, {
    stdout: {write: (text) => out.push(text), isTTY},
    stderr: {write: (text) => err.push(text), isTTY},
    now: () => new Date('2026-11-21T20:00:00.000Z'),
    cwd,
    env,
  });
  return {exitCode, stdout: out.join(''), stderr: err.join('')};
};
