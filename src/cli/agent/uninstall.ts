import {defineCommand} from '../command.ts';
import {asTaskOption, carryOut, hostOf, printOption} from './host.ts';

export const agentUninstallCommand = defineCommand({
  name: 'agent uninstall',
  describe: 'Stop the agent and take its service away; journals, settings and what it applied stay',
  builder: (yargs) => yargs.option('as-task', asTaskOption).option('print', printOption),
  run: async (args, io) => {
    const host = await hostOf(args, io);
    const text = `${host.name} is gone. What was applied stays applied: stopgap status`;
    return carryOut({host, steps: host.uninstall, code: 'AGENT.UNINSTALLED', text}, args, io);
  },
});
