import type {FaultPlace} from './xml-error.ts';

export type DeclarationFault = FaultPlace & {readonly reason: string};

/** The names that may come next, in the one order that is allowed. */
const expected: Readonly<Record<string, readonly string[]>> = {
  '': ['version'],
  version: ['encoding', 'standalone'],
  encoding: ['standalone'],
  standalone: [],
};

const values: Readonly<Record<string, RegExp>> = {
  version: /^1\.[0-9]+$/,
  encoding: /^[A-Za-z][A-Za-z0-9._-]*$/,
  standalone: /^(?:yes|no)$/,
};

const fault = (at: number, noticed = at + 1, reason = 'the XML declaration is malformed'): DeclarationFault => ({
  reason,
  at,
  noticed,
});

interface Part {
  readonly name: string;
  readonly end: number;
}

const behindSpaces = (text: string, from: number): number => {
  let at = from;
  while (/[ \t\r\n]/.test(text.charAt(at))) at++;
  return at;
};

/** One `name="value"`, which must be one of those that may come next. */
const readPart = (text: string, start: number, allowed: readonly string[]): Part | DeclarationFault => {
  const nameEnd = start + (/^[^?=\s]*/.exec(text.slice(start, start + 40))?.[0].length ?? 0);
  const name = text.slice(start, nameEnd);
  if (text[nameEnd] === '?' || !allowed.includes(name)) return fault(nameEnd);
  const equals = behindSpaces(text, nameEnd);
  if (text[equals] !== '=') return fault(equals);
  const quote = behindSpaces(text, equals + 1);
  const mark = text.charAt(quote);
  if (mark !== '"' && mark !== "'") return fault(quote);
  const end = text.indexOf(mark, quote + 1);
  const question = text.indexOf('?', quote + 1);
  if (question !== -1 && (end === -1 || question < end)) return fault(question);
  if (end === -1) return fault(quote, text.length);
  return values[name]?.test(text.slice(quote + 1, end)) ? {name, end: end + 1} : fault(quote, end + 1);
};

/**
 * Reads the XML declaration that begins the text, character by character as the grammar has it, so that a fault is noticed
 * where it is. The offset behind it, or what is wrong.
 */
export const scanDeclaration = (text: string): number | DeclarationFault => {
  let at = '<?xml'.length;
  let last = '';
  for (;;) {
    const next = behindSpaces(text, at);
    if (text[next] === '?') {
      if (text[next + 1] !== '>') return fault(next + 1);
      return last === '' ? fault(0, next + 2, 'the XML declaration has no version') : next + 2;
    }
    if (next === at && last !== '') return fault(next);
    const part = readPart(text, next, expected[last] ?? []);
    if ('reason' in part) return part;
    last = part.name;
    at = part.end;
  }
};
