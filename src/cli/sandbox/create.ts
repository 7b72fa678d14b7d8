import {resolve} from 'node:path';
import {escapeLine} from '../../kit/escape-control.ts';
import {defineCommand} from '../command.ts';

export const sandboxCreateCommand = defineCommand({
  name: 'sandbox create <dir>',
  describe: 'Make a simulated server from a tree, a fixture or a snapshot',
  builder: (yargs) =>
    yargs
      .positional('dir', {
        type: 'string',
        demandOption: true,
        describe: 'Folder to make; it must not hold anything yet',
      })
      .option('from', {type: 'string', demandOption: true, describe: 'Folder that holds C and perhaps server.json'})
      .option('build', {type: 'string', describe: 'Exchange build, 15.2.1118.7, where the tree does not tell'}),
  run: async (args, io) => {
    const {createSandbox} = await import('../../server/sandbox/create.ts');
    const created = await createSandbox(resolve(io.cwd, args.dir), {
      from: resolve(io.cwd, args.from),
      ...(args.build === undefined ? {} : {build: args.build}),
    });
    const build = created.build === undefined ? 'no Exchange' : `Exchange ${created.build} (${created.buildSource})`;
    const text = `Sandbox ${escapeLine(args.dir)} made: ${escapeLine(build)}\nUse it with --server sandbox:${escapeLine(args.dir)}`;
    return {code: 'SANDBOX.CREATED', exitCode: 0, data: created, text};
  },
});
