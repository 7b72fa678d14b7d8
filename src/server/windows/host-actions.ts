import {rm, writeFile} from 'node:fs/promises';
import type {AgentHost} from '../agent-host.ts';
import {argumentLine} from './command-line.ts';
import {checkProgram} from './program-guard.ts';
import type {SystemCommand} from './system-program.ts';

const timeoutMs = 120_000;

const known: Readonly<Record<string, SystemCommand['program']>> = {
  'sc.exe': 'sc.exe',
  'reg.exe': 'reg.exe',
  'schtasks.exe': 'schtasks.exe',
};

/** How the steps of an agent's host are done on Windows. */
export const hostActions: Pick<AgentHost, 'checkProgram' | 'show' | 'run' | 'write' | 'remove'> = {
  checkProgram,
  show: (step) => {
    if (step.do === 'write') return `write ${step.file}`;
    return step.do === 'remove' ? `del "${step.file}"` : `${step.program} ${argumentLine(step.args)}`;
  },
  run: async (program, args) => {
    const name = known[program];
    if (name === undefined) throw new TypeError(`no program of a host: ${program}`);
    const {runSystemProgram} = await import('./system-program.ts');
    return runSystemProgram({program: name, args}, timeoutMs);
  },
  write: (file, text, encoding) => writeFile(file, encoding === 'utf16le' ? `\uFEFF${text}` : text, encoding),
  remove: (file) => rm(file, {force: true}),
};
