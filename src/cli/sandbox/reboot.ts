import {resolve} from 'node:path';
import {escapeLine} from '../../kit/escape-control.ts';
import {defineCommand} from '../command.ts';

export const sandboxRebootCommand = defineCommand({
  name: 'sandbox reboot <dir>',
  describe: 'Restart the simulated server',
  builder: (yargs) => yargs.positional('dir', {type: 'string', demandOption: true, describe: 'Folder of the sandbox'}),
  run: async (args, io) => {
    const {reboot} = await import('../../server/sandbox/restart.ts');
    const {runStartUpTasks} = await import('../../server/sandbox/start-up-tasks.ts');
    const dir = resolve(io.cwd, args.dir);
    reboot(dir, io.now());
    const started = await runStartUpTasks(dir);
    const text = ['The server has been restarted', ...started.map((name) => `  task ${escapeLine(name)} started`)];
    return {code: 'SANDBOX.REBOOTED', exitCode: 0, data: {dir: args.dir, started}, text: text.join('\n')};
  },
});
