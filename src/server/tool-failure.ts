import {Refusal} from '../kit/refusal.ts';
import type {CommandLine} from './command.ts';

/* Why a command has no exit code to speak of. The same words for a real server and a simulated one. */

const describe = ({tool, args}: CommandLine): string => [tool, ...args].join(' ');

const halfWay = 'It is not known how far it came.';

export const toolMissing = (command: CommandLine, file: string, cause?: unknown): Refusal =>
  new Refusal('SERVER.TOOL_MISSING', `${file} cannot be started`, {where: {command: describe(command)}, cause});

export const toolCrashed = (command: CommandLine, cause?: unknown): Refusal =>
  new Refusal('SERVER.TOOL_CRASHED', `${command.tool} ended without an exit code`, {
    where: {command: describe(command)},
    untouched: halfWay,
    cause,
  });

export const toolTimedOut = (command: CommandLine, timeoutMs: number): Refusal =>
  new Refusal('SERVER.TOOL_TIMEOUT', `${command.tool} did not end within ${timeoutMs} ms`, {
    where: {command: describe(command)},
    untouched: halfWay,
  });
