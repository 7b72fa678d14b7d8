import {positionOf} from './position.ts';

/** Where a text stops being XML, in UTF-16 units. */
export interface FaultPlace {
  /** Where what is wrong begins. */
  readonly at: number;
  /** Behind the character with which a reader notices it. */
  readonly noticed: number;
}

/** Line and column of the character before an offset, columns counted in characters; column 0: nothing of that line was read. */
const readUpTo = (text: string, offset: number): {readonly line: number; readonly column: number} => {
  const {line, column} = positionOf(text, offset);
  return {line, column: [...text.slice(offset - column + 1, offset)].length};
};

/**
 * A text that is not well-formed XML: where, and why. Callers turn it into a refusal that names the file. Line and column
 * are those at which any strict reader stops, so that other tools name the same place; what began further up says so.
 */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly reason: string;
  /** Where the fault begins. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;

  /** @param place an offset alone: the character there is what is wrong */
  constructor(reason: string, text: string, place: FaultPlace | number) {
    const {at, noticed} = typeof place === 'number' ? {at: place, noticed: place + 1} : place;
    const {line, column} = readUpTo(text, noticed);
    const begin = positionOf(text, at);
    const whole = begin.line === line ? reason : `${reason} (line ${begin.line}, column ${begin.column})`;
    super(`line ${line}, column ${column}: ${whole}`);
    this.reason = whole;
    this.offset = at;
    this.line = line;
    this.column = column;
  }
}
