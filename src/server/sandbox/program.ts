/** What a simulated program is given instead of a process: writers, environment, time. */
export interface ProgramIo {
  /** Bytes where the text is not UTF-8: a localised Windows writes its OEM code page. */
  readonly stdout: (text: string | Uint8Array) => void;
  readonly stderr: (text: string) => void;
  /** All of standard input. Absent: nothing is there. */
  readonly stdin?: () => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Ends the program on the spot, as a kill from outside would. Absent: ProgramKilled is thrown. */
  readonly die?: () => never;
}

/** Resolves with the exit code, 32 bits. */
export type Program = (argv: readonly string[], io: ProgramIo) => Promise<number>;

/** A program that ended without an exit code of its own. */
export class ProgramKilled extends Error {
  override readonly name = 'ProgramKilled';
}

export const die = (io: ProgramIo): never => {
  if (io.die) return io.die();
  throw new ProgramKilled('the program was killed');
};

/** The variable that names the sandbox's folder to its programs. */
export const sandboxVariable = 'STOPGAP_SANDBOX';

export const sandboxFolder = (io: ProgramIo): string => {
  const folder = io.env[sandboxVariable];
  if (folder === undefined || folder === '') throw new Error(`${sandboxVariable} does not name a sandbox`);
  return folder;
};
