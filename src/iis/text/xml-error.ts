import {positionOf} from './position.ts';

/** A text that is not well-formed XML: where, and why. Callers turn it into a refusal that names the file. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly reason: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;

  constructor(reason: string, text: string, offset: number) {
    const {line, column} = positionOf(text, offset);
    super(`line ${line}, column ${column}: ${reason}`);
    this.reason = reason;
    this.offset = offset;
    this.line = line;
    this.column = column;
  }
}
