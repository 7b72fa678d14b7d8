import {Refusal} from '../kit/refusal.ts';
import {parseAppPoolState} from './appcmd-output.ts';
import type {CommandResult} from './command.ts';
import {parseScConfig, parseScNames, parseScState} from './sc-output.ts';
import type {ServerReader} from './server.ts';

/** Command lines that only look: the type has no room for another verb. */
export type ReadCommand =
  | {readonly tool: 'sc.exe'; readonly args: readonly ['qc' | 'query' | 'enumdepend', ...string[]]}
  | {readonly tool: 'appcmd.exe'; readonly args: readonly ['list', ...string[]]};

export type ReadRunner = (command: ReadCommand) => Promise<CommandResult>;

/** Services and pools, read through the server's own programs; the same for a real server and a simulated one. */
export type ToolReader = Pick<ServerReader, 'service' | 'dependents' | 'appPoolState'>;

const noSuchService = 1060;
/** Exit codes of `appcmd list X` where there is no X: sources differ. */
const noSuchObject: readonly number[] = [1, 1168];
/**
 * Room for the longest answers; sc's own default is 1024 bytes. More than 8 KB for a configuration or 256 KB for dependents does not
 * even reach the service control manager: the ranges of its interface refuse it, error 1783 (MS-SCMR 3.1.4.17 and 3.1.4.13).
 */
const configBytes = '8192';
const dependentsBytes = '65536';

const unreadable = (command: ReadCommand, result: CommandResult): never => {
  const line = [command.tool, ...command.args].join(' ');
  throw new Refusal('SERVER.UNREADABLE', `The answer of ${line} is not understood (exit code ${result.exitCode})`, {
    where: {command: line, exitCode: result.exitCode},
    next: [{label: 'Run the command by hand and look at its answer'}],
  });
};

export const createToolReader = (run: ReadRunner): ToolReader => {
  const sc = async (...args: readonly ['qc' | 'query' | 'enumdepend', ...string[]]) => {
    const command: ReadCommand = {tool: 'sc.exe', args};
    const result = await run(command);
    if (result.exitCode === noSuchService) return undefined;
    return result.exitCode === 0
      ? {stdout: result.stdout, fail: () => unreadable(command, result)}
      : unreadable(command, result);
  };
  return {
    service: async (name) => {
      const answer = await sc('qc', name, configBytes);
      const status = answer && (await sc('query', name));
      if (!answer || !status) return undefined;
      const {dependencies, displayName, startType, name: spelled} = parseScConfig(answer.stdout) ?? answer.fail();
      const state = parseScState(status.stdout) ?? status.fail();
      return {name: spelled, displayName, state, startType, dependencies};
    },
    dependents: async (name) => {
      const answer = await sc('enumdepend', name, dependentsBytes);
      return answer ? parseScNames(answer.stdout) : [];
    },
    appPoolState: async (name) => {
      const command: ReadCommand = {tool: 'appcmd.exe', args: ['list', 'apppool', name, '/xml']};
      const result = await run(command);
      if (noSuchObject.includes(result.exitCode)) return undefined;
      if (result.exitCode !== 0) return unreadable(command, result);
      return parseAppPoolState(result.stdout, name);
    },
  };
};
