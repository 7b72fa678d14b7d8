import {existsSync} from 'node:fs';
import {execa} from 'execa';
import type {CommandLine, CommandResult, CommandRunner, RunOptions} from '../command.ts';
import {outputBytes, toolOptions} from '../run-tool.ts';
import {toolCrashed, toolMissing, toolTimedOut} from '../tool-failure.ts';
import {decodeConsole} from './api/console-text.ts';
import {startTimeOf} from './api/processes.ts';
import {systemProgram} from './disk-path.ts';

const names = {'appcmd.exe': 'inetsrv\\appcmd.exe', 'sc.exe': 'sc.exe'} as const;

/** Where the program lies: by its whole path, so that no folder in PATH can put another one in its place. */
const toolFile = (tool: CommandLine['tool']): string => systemProgram(names[tool], process);

/** appcmd.exe and sc.exe of this machine. */
export const windowsRunner: CommandRunner = {
  run: async (command: CommandLine, options: RunOptions): Promise<CommandResult> => {
    const file = toolFile(command.tool);
    // Asked before: execa hands a program that is not there to cmd.exe, whose 9009 would look like an answer.
    if (!existsSync(file)) throw toolMissing(command, file);
    const started = performance.now();
    // An argv and no line: libuv quotes it as the C runtime of both programs takes it apart.
    const child = execa(file, command.args, {
      ...toolOptions,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    });
    if (child.pid !== undefined) await options.onStarted?.({pid: child.pid, startTime: startTimeOf(child.pid)});
    const result = await child;
    if (result.timedOut) throw toolTimedOut(command, options.timeoutMs);
    if (child.pid === undefined) throw toolMissing(command, file, result);
    if (result.exitCode === undefined) throw toolCrashed(command, result);
    return {
      exitCode: result.exitCode >>> 0,
      stdout: decodeConsole(outputBytes(result.stdout)),
      stderr: decodeConsole(outputBytes(result.stderr)),
      durationMs: Math.round(performance.now() - started),
    };
  },
};
