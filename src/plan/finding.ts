import type {Finding} from './model.ts';

interface Extra {
  readonly concerns?: readonly string[];
  readonly where?: {readonly file: string; readonly line: number};
  /** Only a refusing finding can be accepted, and only where passing it is safe. */
  readonly acceptable?: true;
}

const make =
  (severity: Finding['severity']) =>
  (code: string, message: string, {concerns = [], where, acceptable}: Extra = {}): Finding => ({
    code,
    severity,
    message,
    concerns: [...concerns],
    where: where ? {file: where.file, line: where.line} : null,
    acceptable: acceptable ?? false,
  });

export const note = make('note');
export const warn = make('warn');
export const refuse = make('refuse');
