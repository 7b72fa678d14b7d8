import {fileRefusal} from '../kit/file-refusal.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {Answer, Io} from './command.ts';
import {commandsFor} from './commands.ts';
import {hereOf, refusalHere} from './here.ts';
import {parseArgs} from './parse-args.ts';
import {printAnswer, printBug, printRefusal} from './print.ts';

/** Commands that change a server: a file that fails them in the middle is no "nothing was changed". */
const changing = new Set(['apply', 'rollback', 'recover', 'confirm', 'prepare-upgrade', 'watch-confirms', 'agent']);

/** The whole program, from arguments to exit code; nothing is thrown, nothing of the process is touched. */
export const runCli = async (argv: readonly string[], io: Io): Promise<number> => {
  // Asked of the raw arguments: a command line that cannot be parsed must still be answered in the form it asked for.
  const form = argv.includes('--json') ? 'json' : 'text';
  const colour = !argv.includes('--no-color');
  let command = '';
  try {
    const parsed = await parseArgs(argv, await commandsFor(argv), io.stdout.columns ?? 100);
    if (parsed.kind === 'text') {
      io.stdout.write(`${parsed.text}\n`);
      return 0;
    }
    command = parsed.name;
    const answer: Answer = await parsed.run(io);
    printAnswer(answer, form, io);
    return answer.exitCode;
  } catch (caught) {
    const error = changing.has(command.split(' ')[0] ?? '') ? caught : (fileRefusal(caught) ?? caught);
    if (isRefusal(error)) {
      printRefusal(refusalHere(error, hereOf(argv)), {form, colour, io});
      return error.exitCode;
    }
    printBug(error, form, io);
    return 1;
  }
};
