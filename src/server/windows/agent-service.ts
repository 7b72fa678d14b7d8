import {type AgentHost, agentInstalled, agentNotInstalled, type HostStep} from '../agent-host.ts';
import {windowsCommandLine} from './command-line.ts';
import {hostActions} from './host-actions.ts';

/* The agent as a Windows service. */

export const serviceName = 'stopgap';

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

const sc = (...args: readonly string[]) => ({do: 'run', program: 'sc.exe', args}) as const;
const reg = (...args: readonly string[]) => ({do: 'run', program: 'reg.exe', args}) as const;

/** The source stays when the agent goes: without it nobody could read the events that are there. */
export const registerEventSource: readonly HostStep[] = [
  reg('add', sourceKey, '/v', 'EventMessageFile', '/t', 'REG_EXPAND_SZ', '/d', messageFile, '/f'),
  reg('add', sourceKey, '/v', 'TypesSupported', '/t', 'REG_DWORD', '/d', '7', '/f'),
];

const [noSuchService, exists, alreadyRuns, notStarted] = [1060, 1073, 1056, 1062];
const asTask = {label: 'If it is a scheduled task, say so', command: '--as-task'};
const missing = {[noSuchService]: agentNotInstalled('Windows service', asTask)};

const stop: HostStep = {...sc('stop', serviceName), already: [notStarted], refuse: missing};

export const agentService: AgentHost = {
  name: `the Windows service "${serviceName}"`,
  install: ({program, args}) => [
    {
      ...sc(
        ...['create', serviceName, 'binPath=', windowsCommandLine(program, [...args, '--service'])],
        ...['start=', 'delayed-auto', 'depend=', dependencies, 'DisplayName=', 'stopgap agent'],
      ),
      refuse: {[exists]: agentInstalled()},
    },
    sc('description', serviceName, description),
    sc('failure', serviceName, ...recovery),
    // Also where it ends by itself with an exit code that is not 0.
    sc('failureflag', serviceName, '1'),
    ...registerEventSource,
  ],
  uninstall: [stop, {...sc('delete', serviceName), refuse: missing}],
  start: [{...sc('start', serviceName), already: [alreadyRuns], refuse: missing}],
  stop: [stop],
  ...hostActions,
};
