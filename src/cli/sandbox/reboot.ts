import {resolve} from 'node:path';
import {defineCommand} from '../command.ts';

export const sandboxRebootCommand = defineCommand({
  name: 'sandbox reboot <dir>',
  describe: 'Restart the simulated server',
  builder: (yargs) => yargs.positional('dir', {type: 'string', demandOption: true, describe: 'Folder of the sandbox'}),
  run: async (args, io) => {
    const {reboot} = await import('../../server/sandbox/restart.ts');
    reboot(resolve(io.cwd, args.dir), io.now());
    return {code: 'SANDBOX.REBOOTED', exitCode: 0, data: {dir: args.dir}, text: 'The server has been restarted'};
  },
});
