import {defineCommand} from '../command.ts';
import {asTaskOption, carryOut, hostOf, printOption} from './host.ts';

export const agentStartCommand = defineCommand({
  name: 'agent start',
  describe: 'Start the installed agent',
  builder: (yargs) => yargs.option('as-task', asTaskOption).option('print', printOption),
  run: async (args, io) => {
    const host = await hostOf(args, io);
    const text = `${host.name} starts. What it does: stopgap log`;
    return carryOut({host, steps: host.start, code: 'AGENT.STARTED', text}, args, io);
  },
});
