import {defineCommand} from '../command.ts';
import {agentProgram, asTaskOption, carryOut, hostOf, printOption} from './host.ts';

/** Makes the agent start with the machine. It is not started yet, so that its settings can be looked at first. */
export const agentInstallCommand = defineCommand({
  name: 'agent install',
  describe: 'Make the agent a service that starts with this machine; every command is shown',
  builder: (yargs) => yargs.option('as-task', asTaskOption).option('print', printOption),
  run: async (args, io) => {
    const host = await hostOf(args, io);
    const program = agentProgram(args, io);
    if (!args.print) {
      const {folderGuard} = await import('../../kit/folder-guard.ts');
      const {openStateFolder} = await import('../../journal/state-folder.ts');
      const {stateDirOf} = await import('../open-server.ts');
      await host.checkProgram(program);
      await openStateFolder(stateDirOf(args, io), folderGuard());
    }
    const text = `The agent is installed as ${host.name}. Start it: stopgap agent start`;
    return carryOut({host, steps: host.install(program), code: 'AGENT.INSTALLED', text}, args, io);
  },
});
