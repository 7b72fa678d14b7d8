import {isRefusal, Refusal} from '../kit/refusal.ts';
import {shellWord} from '../kit/shell-word.ts';
import type {GlobalArgs} from './command.ts';

/*
 * A command that a person is told to run next has to be about the same server. Who refuses deep below does not know how
 * the server was named, so the command line adds it where the command is shown.
 */

const named = ['--server', '--state-dir'];

/** `--server sandbox:lab`, as it was said; '' where nothing was. */
export const hereOf = (argv: readonly string[]): string =>
  argv
    .flatMap((word, index) => {
      if (named.includes(word)) return [word, shellWord(argv[index + 1] ?? '')];
      const name = named.find((one) => word.startsWith(`${one}=`));
      return name === undefined ? [] : [name, shellWord(word.slice(name.length + 1))];
    })
    .join(' ');

/** The same from options that have been read. */
export const hereFrom = (args: Pick<GlobalArgs, 'server' | 'state-dir'>): string =>
  [
    ...(args.server === undefined ? [] : ['--server', shellWord(args.server)]),
    ...(args['state-dir'] === undefined ? [] : ['--state-dir', shellWord(args['state-dir'])]),
  ].join(' ');

/** Commands that are about no server; a feed is judged by the trust profiles of one. */
const elsewhere = /^stopgap (?:feed (?:build|sign|make-test-ca)|sandbox|--)| --help$/;

export const atHere = (command: string, here: string): string =>
  here === '' || !command.startsWith('stopgap ') || elsewhere.test(command) || command.includes('--server')
    ? command
    : `${command} ${here}`;

/** The same refusal, its commands changed. */
const withCommands = (refusal: Refusal, change: (command: string) => string): Refusal => {
  const {code, message, where, untouched, exitCode, cause} = refusal;
  const next = refusal.next.map(({label, command}) =>
    command === undefined ? {label} : {label, command: change(command)},
  );
  return new Refusal(code, message, {where, untouched, next, exitCode, cause});
};

/** The same refusal, with commands for the server that the command line named. */
export const refusalHere = (refusal: Refusal, here: string): Refusal =>
  withCommands(refusal, (command) => atHere(command, here));

/** Work on a plan file: who refuses deep below knows the plan and not its file, and writes `<plan>`. */
export const namingPlan = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw withCommands(error, (command) => command.replace('<plan>', () => shellWord(file)));
  }
};
