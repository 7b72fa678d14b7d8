import {existsSync} from 'node:fs';
import {execa} from 'execa';
import {Refusal} from '../../kit/refusal.ts';
import {decodeConsole} from './api/console-text.ts';
import {systemProgram} from './disk-path.ts';

/** A program of Windows, by its path below System32, for all but the commands of a mitigation. */
export interface SystemCommand {
  readonly program: 'schtasks.exe' | 'reg.exe' | 'sc.exe' | 'netsh.exe' | 'WindowsPowerShell\\v1.0\\powershell.exe';
  readonly args: readonly string[];
}

interface SystemAnswer {
  readonly exitCode: number;
  /** And, where it failed, what it wrote as errors: sc.exe has them in its output, schtasks.exe and reg.exe apart. */
  readonly output: string;
}

const failed = ({program, args}: SystemCommand, why: string): Refusal =>
  new Refusal('SERVER.PROGRAM_FAILED', `${program} ${why}`, {where: {command: [program, ...args].join(' ')}});

const bytesOf = (output: unknown): Uint8Array => (output instanceof Uint8Array ? output : new Uint8Array());

/** Runs it to its end. @throws Refusal SERVER.PROGRAM_FAILED where there is no exit code to speak of */
export const runSystemProgram = async (command: SystemCommand, timeoutMs: number): Promise<SystemAnswer> => {
  const file = systemProgram(command.program, process);
  // execa would hand a program that is not there to cmd.exe.
  if (!existsSync(file)) throw failed(command, 'is not on this machine');
  const {exitCode, stdout, stderr, timedOut} = await execa(file, command.args, {
    reject: false,
    encoding: 'buffer',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    windowsHide: true,
  });
  if (timedOut) throw failed(command, `did not end within ${timeoutMs} ms`);
  if (exitCode === undefined) throw failed(command, 'ended without an exit code');
  const said = exitCode === 0 ? [stdout] : [stdout, stderr];
  return {exitCode: exitCode >>> 0, output: decodeConsole(Buffer.concat(said.map(bytesOf)))};
};
