import {execa} from 'execa';
import type {CommandLine, CommandResult, CommandRunner, RunOptions} from '../command.ts';
import {decodeOutput} from '../decode-output.ts';
import {outputBytes, toolOptions} from '../run-tool.ts';
import {toolCrashed, toolMissing, toolTimedOut} from '../tool-failure.ts';
import {main as appcmd} from './appcmd/main.ts';
import {readDescription} from './description.ts';
import {startTimeOf} from './process-identity.ts';
import {ProgramKilled, sandboxVariable} from './program.ts';
import {main as sc} from './sc/main.ts';
import {toolProgram} from './tools.ts';

/** The environment of a program: nothing of ours but where the sandbox is. */
const environment = (dir: string): Record<string, string> => {
  const kept = ['PATH', 'HOME', 'SystemRoot', 'WINEPREFIX', 'WINEDEBUG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {...Object.fromEntries(kept), [sandboxVariable]: dir};
};

/** The 32-bit exit code: on descriptor 3 where the system has only 8 bits for it. */
const exitCodeOf = (exitCode: number | undefined, reported: string): number | undefined => {
  if (process.platform === 'win32') return exitCode === undefined ? undefined : exitCode >>> 0;
  return /^\d+\n$/.test(reported) ? Number(reported) : undefined;
};

const runProcess = async (dir: string, command: CommandLine, options: RunOptions): Promise<CommandResult> => {
  const {file, leading} = toolProgram(readDescription(dir), command.tool);
  const started = performance.now();
  const child = execa(file, [...leading, ...command.args], {
    cwd: dir,
    env: environment(dir),
    extendEnv: false,
    ...toolOptions,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
  });
  if (child.pid !== undefined) await options.onStarted?.({pid: child.pid, startTime: startTimeOf(child.pid)});
  const result = await child;
  if (result.timedOut) throw toolTimedOut(command, options.timeoutMs);
  if (child.pid === undefined) throw toolMissing(command, file, result);
  const exitCode = exitCodeOf(result.exitCode, decodeOutput(outputBytes(result.stdio[3])));
  if (exitCode === undefined) throw toolCrashed(command, result);
  return {
    exitCode,
    stdout: decodeOutput(outputBytes(result.stdout)),
    stderr: decodeOutput(outputBytes(result.stderr)),
    durationMs: Math.round(performance.now() - started),
  };
};

const programs = {'appcmd.exe': appcmd, 'sc.exe': sc} as const;

/** The same programs, called as functions: no process, and so nothing for `onStarted` to be told. */
const runInProcess = async (dir: string, command: CommandLine): Promise<CommandResult> => {
  const started = performance.now();
  const out: Uint8Array[] = [];
  let stderr = '';
  try {
    const exitCode = await programs[command.tool](command.args, {
      stdout: (text) => out.push(typeof text === 'string' ? Buffer.from(text) : text),
      stderr: (text) => {
        stderr += text;
      },
      env: {[sandboxVariable]: dir},
      now: () => new Date(),
    });
    const stdout = decodeOutput(Buffer.concat(out));
    return {exitCode, stdout, stderr, durationMs: Math.round(performance.now() - started)};
  } catch (error) {
    throw error instanceof ProgramKilled ? toolCrashed(command, error) : error;
  }
};

export const sandboxRunner = (dir: string, how: {readonly inProcess: boolean}): CommandRunner => ({
  run: (command, options) => (how.inProcess ? runInProcess(dir, command) : runProcess(dir, command, options)),
});
