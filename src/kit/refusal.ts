/** What a person can do next: a sentence and, where there is one, the command that does it. */
export interface NextStep {
  readonly label: string;
  readonly command?: string;
}

/** Where a refusal was decided: a file position, a step, a command line; only what is known. */
export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly step?: string;
  readonly command?: string;
  readonly exitCode?: number;
}

export interface RefusalDetails {
  readonly where?: Where;
  /** What stopgap certainly did not touch. */
  readonly untouched?: string;
  readonly next?: readonly NextStep[];
  /** 3 refused and nothing touched (default), 4 failed and restored, 5 failed or expired and not restored. */
  readonly exitCode?: 3 | 4 | 5;
  readonly cause?: unknown;
}

/**
 * An answer that is not the one hoped for. It has a stable dotted code and says where, what was not touched and what to
 * do next. Anything else that is thrown is a bug of ours (exit 1).
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly where: Where;
  readonly untouched: string;
  readonly next: readonly NextStep[];
  readonly exitCode: 3 | 4 | 5;

  constructor(code: string, message: string, details: RefusalDetails = {}) {
    super(message, details.cause === undefined ? undefined : {cause: details.cause});
    this.code = code;
    this.where = details.where ?? {};
    this.untouched = details.untouched ?? 'Nothing was changed.';
    this.next = details.next ?? [];
    this.exitCode = details.exitCode ?? 3;
  }
}

export const isRefusal = (error: unknown): error is Refusal => error instanceof Refusal;
