import {defineCommand} from '../command.ts';
import {asTaskOption, carryOut, hostOf, printOption} from './host.ts';

export const agentStopCommand = defineCommand({
  name: 'agent stop',
  describe: 'Stop the installed agent; a step that it is in is brought to its end first',
  builder: (yargs) => yargs.option('as-task', asTaskOption).option('print', printOption),
  run: async (args, io) => {
    const host = await hostOf(args, io);
    const text = `${host.name} stops. Until it is started again nothing is fetched and no confirm is watched.`;
    return carryOut({host, steps: host.stop, code: 'AGENT.STOPPED', text}, args, io);
  },
});
