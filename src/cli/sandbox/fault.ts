import {resolve} from 'node:path';
import {Refusal} from '../../kit/refusal.ts';
import {faultNames} from '../../server/sandbox/runtime-json.ts';
import {defineCommand} from '../command.ts';

export const sandboxFaultCommand = defineCommand({
  name: 'sandbox fault <dir> [fault]',
  describe: 'Let something go wrong on purpose; without a name, list what is armed',
  builder: (yargs) =>
    yargs
      .positional('dir', {type: 'string', demandOption: true, describe: 'Folder of the sandbox'})
      .positional('fault', {choices: faultNames, describe: 'What goes wrong'})
      .option('at', {type: 'number', default: 1, describe: 'At the how many-th chance from now'})
      .option('clear', {type: 'boolean', default: false, describe: 'Disarm that fault, or all of them'}),
  run: async (args, io) => {
    const {armFault, clearFaults, listFaults} = await import('../../server/sandbox/faults.ts');
    const dir = resolve(io.cwd, args.dir);
    if (!Number.isInteger(args.at) || args.at < 1) {
      throw new Refusal('USAGE.AT', '--at counts chances: 1, 2, 3 ...', {next: [{label: 'Give a number from 1'}]});
    }
    if (args.clear) clearFaults(dir, io.now(), args.fault);
    else if (args.fault !== undefined) armFault(dir, io.now(), {name: args.fault, at: args.at});
    const armed = listFaults(dir, io.now());
    const text =
      armed.length === 0 ? 'No fault is armed' : armed.map(({name, at}) => `${name} at chance ${at}`).join('\n');
    return {code: 'SANDBOX.FAULTS', exitCode: 0, data: {faults: armed}, text};
  },
});
