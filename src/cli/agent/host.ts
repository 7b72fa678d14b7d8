import {Refusal} from '../../kit/refusal.ts';
import type {AgentHost, AgentProgram, HostStep} from '../../server/agent-host.ts';
import type {Answer, GlobalArgs, Io} from '../command.ts';
import {parseServer, stateDirOf} from '../open-server.ts';
import {ownProgram} from '../own-program.ts';

/* What `agent install`, `uninstall`, `start` and `stop` have in common. */

export interface HostArgs extends Pick<GlobalArgs, 'server' | 'state-dir'> {
  readonly 'as-task': boolean;
  readonly print: boolean;
}

export const asTaskOption = {
  type: 'boolean',
  default: false,
  describe: 'A scheduled task and no service, where a policy allows no services',
} as const;

export const printOption = {
  type: 'boolean',
  default: false,
  describe: 'Only show what would be done',
} as const;

/** What this machine keeps an agent running with. @throws Refusal AGENT.NO_HOST */
export const hostOf = async (args: HostArgs, io: Io): Promise<AgentHost> => {
  if (process.platform === 'win32') {
    if (args['as-task']) return (await import('../../server/windows/agent-task.ts')).agentTask(stateDirOf(args, io));
    return (await import('../../server/windows/agent-service.ts')).agentService;
  }
  const {agentUnit, hasSystemd} = await import('../../server/systemd-unit.ts');
  if (process.platform === 'linux' && (args.print || hasSystemd())) return agentUnit;
  throw new Refusal('AGENT.NO_HOST', 'This machine has nothing that stopgap knows to keep an agent running with.', {
    next: [
      {label: 'See the unit of systemd', command: 'stopgap agent install --print'},
      {label: 'Run it in the foreground', command: 'stopgap agent run'},
    ],
  });
};

/** The command line of the agent: which server and which state are said in full, because a service starts elsewhere. */
export const agentProgram = (args: HostArgs, io: Io): AgentProgram => {
  const server = parseServer(args, io);
  const {program, leading} = ownProgram();
  const named = server.kind === 'windows' ? 'windows' : `${server.kind}:${server.dir}`;
  return {program, args: [...leading, 'agent', 'run', '--server', named, '--state-dir', stateDirOf(args, io)]};
};

interface Wanted {
  readonly host: AgentHost;
  readonly steps: readonly HostStep[];
  readonly code: string;
  /** What is true afterwards. */
  readonly text: string;
}

/** Shows every step before it is done, or shows them all and does none. */
export const carryOut = async ({host, steps, code, text}: Wanted, args: HostArgs, io: Io): Promise<Answer> => {
  const lines = steps.map(host.show);
  const data = {host: host.name, steps: lines};
  if (args.print) return {code: 'AGENT.SHOWN', exitCode: 0, data, text: lines.join('\n')};
  const {doSteps} = await import('../../server/agent-host.ts');
  await doSteps(host, steps, (line) => io.stderr.write(`${line}\n`));
  return {code, exitCode: 0, data, text};
};
