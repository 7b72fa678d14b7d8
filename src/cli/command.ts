import type {ArgumentsCamelCase, Argv} from 'yargs';

/** A place for text: standard output, standard error, or a collector in a test. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** What a command may know of the process it runs in. Commands never ask the process itself. */
export interface Io {
  /** The result. */
  readonly stdout: TextOutput;
  /** The log. */
  readonly stderr: TextOutput;
  readonly now: () => Date;
  /** Relative paths on the command line start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a command found or did. Whatever went wrong is thrown as a Refusal instead. */
export interface Answer {
  /** Stable dotted code, `FEED.VERIFIED`. */
  readonly code: string;
  /** 0 done or nothing to do, 2 changes proposed (only with --detailed-exitcode), 3 a batch of which a part was refused. */
  readonly exitCode: 0 | 2 | 3;
  /** What --json prints as `data`. */
  readonly data: unknown;
  /** What a person sees; control characters are escaped where the text comes from outside. */
  readonly text: string;
  /** Objects that --json prints one a line instead of the one object: `feed verify` and `log`. */
  readonly lines?: readonly unknown[];
}

/** Options that every command takes. */
export interface GlobalArgs {
  /** `windows`, `sandbox:DIR`, `snapshot:DIR`; undefined: this machine, where it is one. */
  readonly server: string | undefined;
  /** undefined: the server's own. */
  readonly 'state-dir': string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  /** `--no-color` makes it false. */
  readonly color: boolean;
  readonly 'log-format': string;
}

/** A command whose arguments are nobody's business but its own. */
export interface AnyCommand {
  /** Words and positionals as yargs writes them: `show <plan>`, `feed verify <files..>`. */
  readonly name: string;
  readonly describe: string;
  /** Tells yargs about the command; `chosen` gets the run, bound to its arguments, when the command line names it. */
  register(yargs: Argv<GlobalArgs>, words: string, chosen: (run: BoundRun) => void): void;
}

export type BoundRun = (io: Io) => Promise<Answer>;

export interface Command<A> extends AnyCommand {
  run(args: ArgumentsCamelCase<A>, io: Io): Promise<Answer>;
}

interface CommandSpec<A> {
  readonly name: string;
  readonly describe: string;
  /** Options and positionals. Heavy modules belong into `run`, by `await import()`: `--help` builds every command. */
  readonly builder: (yargs: Argv<GlobalArgs>) => Argv<A>;
  readonly run: (args: ArgumentsCamelCase<A>, io: Io) => Promise<Answer>;
}

/** One command of stopgap. The handler only notes what to run: yargs never runs anything of ours itself. */
export const defineCommand = <A>({name, describe, builder, run}: CommandSpec<A>): Command<A> => ({
  name,
  describe,
  run,
  register: (yargs, words, chosen) => {
    yargs.command(words, describe, builder, (args) => chosen((io) => run(args, io)));
  },
});
