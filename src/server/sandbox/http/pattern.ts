/** A pattern that cannot be compiled: IIS answers every request of the level with 500. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern';
}

export interface PatternOptions {
  /** ECMAScript, Wildcard or ExactMatch. */
  readonly syntax: string;
  readonly ignoreCase: boolean;
}

const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const source = (pattern: string, syntax: string): string => {
  if (syntax === 'ExactMatch') return `^${quote(pattern)}$`;
  if (syntax !== 'Wildcard') return pattern;
  const parts = [...pattern].map((char) => (char === '*' ? '(.*)' : char === '?' ? '.' : quote(char)));
  return `^${parts.join('')}$`;
};

/**
 * Captures from 0, or `undefined` where it does not match.
 * @throws BadPattern
 */
export const matchPattern = (
  pattern: string,
  input: string,
  options: PatternOptions,
): readonly string[] | undefined => {
  try {
    const match = new RegExp(source(pattern, options.syntax), options.ignoreCase ? 'i' : '').exec(input);
    return match ? [...match].map((part) => part ?? '') : undefined;
  } catch (error) {
    throw new BadPattern(`the pattern ${pattern} cannot be compiled`, {cause: error});
  }
};
