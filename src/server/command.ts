/**
 * A command line is data, never a string: one of two programs and its argv. There is no shell anywhere, so nothing is
 * quoted here; `kit` and `preview` print it for a person.
 */
export interface CommandLine {
  readonly tool: 'appcmd.exe' | 'sc.exe';
  readonly args: readonly string[];
}

export const appcmd = (...args: readonly string[]): CommandLine => ({tool: 'appcmd.exe', args});
export const sc = (...args: readonly string[]): CommandLine => ({tool: 'sc.exe', args});

export interface CommandResult {
  /** 32 bits, as Windows gives it: 1168, 2147549190 ... */
  readonly exitCode: number;
  /** Standard output, decoded; appcmd and sc write their errors here too. Localised: never decide on its words. */
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from start to end. */
  readonly durationMs: number;
}

/** The child process that a command became; journaled so that recovery can wait for one that outlived us. */
export interface StartedProcess {
  readonly pid: number;
  /** The operating system's start time of that process id, opaque; together they name one process for ever. */
  readonly startTime: string;
}

/** Runs a command that changes the server. Only the executor is given one. */
export interface CommandRunner {
  /**
   * Resolves with the result whatever the exit code; rejects with a Refusal (SERVER.TOOL_MISSING, SERVER.TOOL_CRASHED,
   * SERVER.TOOL_TIMEOUT) when there is no exit code to speak of.
   */
  run(command: CommandLine, options: RunOptions): Promise<CommandResult>;
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** Called once the process exists and before its end is waited for. */
  readonly onStarted?: (process: StartedProcess) => Promise<void> | void;
}
