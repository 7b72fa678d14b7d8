import yargs, {type Argv} from 'yargs';
import {Refusal} from '../kit/refusal.ts';
import {version} from '../kit/version.ts';
import type {AnyCommand, BoundRun, GlobalArgs} from './command.ts';
import {groups} from './commands.ts';
import {usageWords} from './usage-words.ts';

/** Either a command to run, or text that was asked for (--help, --version). */
export type ParsedArgs =
  | {readonly kind: 'run'; readonly name: string; readonly run: BoundRun}
  | {readonly kind: 'text'; readonly text: string};

const usage = (code: string, message: string, command = ''): Refusal =>
  new Refusal(code, message, {next: [{label: 'See how it is used', command: `stopgap ${command}--help`}]});

/** `settings set ` of the command line that begins so, where there is such a command or group. */
const commandIn = (argv: readonly string[], commands: readonly AnyCommand[]): string => {
  const known = new Set(commands.flatMap((command) => [bareName(command), groupOf(command) ?? '']));
  const words = argv.slice(0, 2);
  const said = [words.join(' '), words.slice(0, 1).join('')].find((name) => name !== '' && known.has(name));
  return said === undefined ? '' : `${said} `;
};

/** `settings set` of `settings set <key> [value]`. */
const bareName = ({name}: AnyCommand): string => name.replace(/ [<[].*$/, '');

/**
 * Reads the command line; every fault of it is a USAGE refusal.
 * `.fail` must throw: yargs 18 runs the handler after a validation error otherwise (a wrong `--format` would have made a
 * plan all the same). The parser configuration keeps a build `15.2` a string, and `--accept CODE <plan>` two things.
 */
export const parseArgs = async (
  argv: readonly string[],
  commands: readonly AnyCommand[],
  columns: number,
): Promise<ParsedArgs> => {
  // yargs puts what follows `--` where no command looks for it.
  if (argv.includes('--')) throw usage('USAGE.INVALID', '-- is not understood');
  let text = '';
  let chosen: ParsedArgs | undefined;
  const parser = withGlobals(yargs([]))
    .scriptName('stopgap')
    .usage(
      'stopgap puts the emergency mitigations of an Exchange server under change control.\n\n$0 <command> [options]',
    )
    .locale('en')
    .version(version)
    .exitProcess(false)
    .parserConfiguration({'greedy-arrays': false, 'parse-positional-numbers': false, 'parse-numbers': false})
    .strict()
    .recommendCommands()
    .demandCommand(1, 'which command?')
    .check(onceAndNotEmpty(argv))
    .epilogue(exitCodes)
    // yargs lays out the help of every command that it runs; without a width that costs next to nothing.
    .wrap(asksForText(argv) ? Math.min(columns, 110) : null)
    .fail((message, error) => {
      if (error instanceof Refusal) throw error;
      const said = commandIn(argv, commands);
      const written = commands.find((command) => bareName(command) === said.trim())?.name;
      throw usage('USAGE.INVALID', usageWords(message ?? error.message, written), said);
    });
  register(parser, commands, (name, run) => {
    chosen = {kind: 'run', name, run};
  });
  await parser.parseAsync([...argv], {}, (_error: unknown, _args: unknown, output: string) => {
    text = output;
  });
  if (text !== '') return {kind: 'text', text};
  if (!chosen) throw usage('USAGE.INVALID', 'which command?');
  return chosen;
};

const asksForText = (argv: readonly string[]): boolean =>
  argv.length === 0 || argv.some((argument) => ['--help', '-h', 'help'].includes(argument));

const globalNames = ['server', 'state-dir', 'json', 'verbose', 'log-format', 'color'];

const exitCodes =
  'Exit codes: 0 done or nothing to do, 1 a bug, 2 changes proposed (--detailed-exitcode), 3 refused and nothing touched, 4 failed and restored, 5 failed and not restored.';

const withGlobals = (parser: Argv): Argv<GlobalArgs> =>
  parser
    .option('server', {type: 'string', describe: 'windows, sandbox:DIR or snapshot:DIR; this machine on Windows'})
    .option('state-dir', {type: 'string', describe: "Folder of journals and backups; the server's own by default"})
    .option('json', {type: 'boolean', default: false, describe: 'Print one JSON object instead of text'})
    .option('verbose', {type: 'boolean', default: false, describe: 'Log more to standard error'})
    .option('log-format', {choices: ['text', 'json'], default: 'text', describe: 'Form of the log'})
    .option('color', {type: 'boolean', default: true, describe: 'Colours on a terminal; --no-color for none'})
    .group([...globalNames, 'help', 'version'], 'Options of every command:');

/** Commands of two words (`feed verify`) go below their first word, which stands where the first of them does. */
const register = (
  parser: Argv<GlobalArgs>,
  commands: readonly AnyCommand[],
  chosen: (name: string, run: BoundRun) => void,
): void => {
  for (const [group, members] of Map.groupBy(commands, (command) => groupOf(command) ?? command)) {
    if (typeof group === 'string') registerGroup(parser, {group, members}, chosen);
    else group.register(parser, group.name, (run) => chosen(group.name, run));
  }
};

const registerGroup = (
  parser: Argv<GlobalArgs>,
  {group, members}: {readonly group: string; readonly members: readonly AnyCommand[]},
  chosen: (name: string, run: BoundRun) => void,
): void => {
  parser.command(group, groups[group] ?? '', (below) => {
    for (const command of members) {
      command.register(below, command.name.slice(group.length + 1), (run) => chosen(command.name, run));
    }
    return below.demandCommand(1, `which command of ${group}?`);
  });
};

const groupOf = (command: AnyCommand): string | undefined => {
  const [first = '', second = ''] = command.name.split(' ');
  return /^[a-z]/.test(second) ? first : undefined;
};

/** yargs gives `state-dir` a second time as `stateDir`, and tells nothing of that one. */
const hyphened = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * yargs makes an array of an option that is given twice, and lets `--server` stand without a value as ''; either would be
 * read as something that was not said.
 */
const onceAndNotEmpty =
  (argv: readonly string[]) =>
  (args: Readonly<Record<string, unknown>>, options: object): true => {
    const arrays = 'array' in options && Array.isArray(options.array) ? options.array : [];
    for (const [name, value] of Object.entries(args)) {
      if (name === '_' || name === '$0') continue;
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (Array.isArray(value) && !arrays.includes(hyphened(name)))
        throw usage('USAGE.REPEATED', `${name} stands more than once`);
      // An optional positional that is not there is an empty array too.
      const valueless = values.length === 0 && argv.includes(`--${name}`);
      if (valueless || values.includes('')) throw usage('USAGE.EMPTY', `${name} needs a value`);
    }
    return true;
  };
