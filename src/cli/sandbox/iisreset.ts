import {resolve} from 'node:path';
import {defineCommand} from '../command.ts';

export const sandboxIisresetCommand = defineCommand({
  name: 'sandbox iisreset <dir>',
  describe: 'Stop and start IIS of the simulated server',
  builder: (yargs) => yargs.positional('dir', {type: 'string', demandOption: true, describe: 'Folder of the sandbox'}),
  run: async (args, io) => {
    const {iisReset} = await import('../../server/sandbox/restart.ts');
    iisReset(resolve(io.cwd, args.dir), io.now());
    return {code: 'SANDBOX.RESET', exitCode: 0, data: {dir: args.dir}, text: 'IIS has been restarted'};
  },
});
