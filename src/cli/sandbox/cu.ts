import {resolve} from 'node:path';
import {escapeLine} from '../../kit/escape-control.ts';
import {defineCommand} from '../command.ts';

export const sandboxCuCommand = defineCommand({
  name: 'sandbox cu <dir>',
  describe: 'Do to the simulated server what a cumulative update does to changes made by hand',
  builder: (yargs) =>
    yargs
      .positional('dir', {type: 'string', demandOption: true, describe: 'Folder of the sandbox'})
      .option('build', {type: 'string', describe: 'Exchange build after the update'})
      .option('drop-locations', {
        type: 'boolean',
        default: false,
        describe: 'Put the locations of applicationHost.config back too',
      }),
  run: async (args, io) => {
    const {cumulativeUpdate} = await import('../../server/sandbox/cumulative-update.ts');
    const result = cumulativeUpdate(resolve(io.cwd, args.dir), io.now(), {
      dropLocations: args['drop-locations'],
      ...(args.build === undefined ? {} : {build: args.build}),
    });
    const text = [
      `Updated from ${escapeLine(result.from ?? 'no Exchange')} to ${escapeLine(result.to)}`,
      ...result.replaced.map((file) => `  ${escapeLine(file)} put back`),
    ].join('\n');
    return {code: 'SANDBOX.UPDATED', exitCode: 0, data: result, text};
  },
});
