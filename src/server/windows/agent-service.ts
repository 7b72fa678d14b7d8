import {windowsCommandLine} from './command-line.ts';
import type {SystemCommand} from './system-program.ts';

/* The agent as a service: the commands that make it one and take it away again, to be shown before they are run. */

export const serviceName = 'stopgap';

export interface ServiceProgram {
  /** Absolute path; `args` is an argv. */
  readonly program: string;
  readonly args: readonly string[];
}

const command = (program: SystemCommand['program'], ...args: readonly string[]): SystemCommand => ({program, args});

const description =
  'Fetches and verifies the feed of emergency mitigations and acts on it under change control. What it does is decided by its settings.';

/*
 * What it needs is there before it starts. Nothing of IIS or Exchange may stand here: Windows stops a service before what it
 * depends on, and stopgap itself stops services of Exchange.
 */
const dependencies = 'EventLog/RpcSs';

/** After one minute, five, fifteen; a day without failure starts the count again. */
const recovery = ['reset=', '86400', 'actions=', 'restart/60000/restart/300000/restart/900000'];

const sourceKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\stopgap';
/** Every id from 0 to 65535 is "%1" there; .NET, which Exchange needs, brings it. */
const messageFile = '%SystemRoot%\\Microsoft.NET\\Framework64\\v4.0.30319\\EventLogMessages.dll';

const eventSource: readonly SystemCommand[] = [
  command('reg.exe', 'add', sourceKey, '/v', 'EventMessageFile', '/t', 'REG_EXPAND_SZ', '/d', messageFile, '/f'),
  command('reg.exe', 'add', sourceKey, '/v', 'TypesSupported', '/t', 'REG_DWORD', '/d', '7', '/f'),
];

export const installCommands = ({program, args}: ServiceProgram): readonly SystemCommand[] => [
  command(
    'sc.exe',
    'create',
    serviceName,
    'binPath=',
    windowsCommandLine(program, args),
    'start=',
    'delayed-auto',
    'depend=',
    dependencies,
    'DisplayName=',
    'stopgap agent',
  ),
  command('sc.exe', 'description', serviceName, description),
  command('sc.exe', 'failure', serviceName, ...recovery),
  // Also where it ends by itself with an exit code that is not 0.
  command('sc.exe', 'failureflag', serviceName, '1'),
  ...eventSource,
];

/** The event source stays: without it nobody could read the events that are there. */
export const uninstallCommands: readonly SystemCommand[] = [
  command('sc.exe', 'stop', serviceName),
  command('sc.exe', 'delete', serviceName),
];

export const startCommand: SystemCommand = command('sc.exe', 'start', serviceName);
export const stopCommand: SystemCommand = command('sc.exe', 'stop', serviceName);
