import {defineCommand} from './command.ts';
import {organizationOption, profileOption, reasonOption} from './shared-options.ts';

const defineBlocking = (change: 'block' | 'unblock', describe: string) =>
  defineCommand({
    name: `${change} <ids..>`,
    describe,
    builder: (yargs) =>
      yargs
        .positional('ids', {type: 'string', array: true, demandOption: true, describe: 'M1, M1.1, M2.1.0'})
        .option('organization', organizationOption)
        .option('profile', profileOption)
        .option('reason', reasonOption),
    run: async (args, io) => {
      const {changeBlocks} = await import('./change-blocks.ts');
      return changeBlocks(change, args, io);
    },
  });

/** What Set-ExchangeServer -MitigationsBlocked is for the EM service, for the agent of stopgap. */
export const blockCommand = defineBlocking('block', 'Have the agent leave mitigations alone; what is applied stays');

/** The way back from block: what is wished for comes back at the next check, in the modes that apply. */
export const unblockCommand = defineBlocking('unblock', 'Let the agent apply mitigations again that were blocked');
