import {defineCommand} from './command.ts';
import {organizationOption, profileOption, reasonOption} from './shared-options.ts';

/** What Set-ExchangeServer -MitigationsBlocked is for the EM service, for the agent of stopgap. */
export const blockCommand = defineCommand({
  name: 'block <ids..>',
  describe: 'Have the agent leave mitigations alone; what is applied stays',
  builder: (yargs) =>
    yargs
      .positional('ids', {type: 'string', array: true, demandOption: true, describe: 'M1, M1.1, M2.1.0'})
      .option('organization', organizationOption)
      .option('profile', profileOption)
      .option('reason', reasonOption),
  run: async (args, io) => {
    const {changeBlocks} = await import('./change-blocks.ts');
    return changeBlocks('block', args, io);
  },
});
