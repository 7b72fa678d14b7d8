import {defineCommand} from './command.ts';
import {organizationOption, profileOption, reasonOption} from './shared-options.ts';

/** The way back from block: what is wished for comes back at the next check, in the modes that apply. */
export const unblockCommand = defineCommand({
  name: 'unblock <ids..>',
  describe: 'Let the agent apply mitigations again that were blocked',
  builder: (yargs) =>
    yargs
      .positional('ids', {type: 'string', array: true, demandOption: true, describe: 'M1, M1.1, M2.1.0'})
      .option('organization', organizationOption)
      .option('profile', profileOption)
      .option('reason', reasonOption),
  run: async (args, io) => {
    const {changeBlocks} = await import('./change-blocks.ts');
    return changeBlocks('unblock', args, io);
  },
});
