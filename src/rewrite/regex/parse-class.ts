import {type CharSet, complementOf, digits, spaces, unionOf, wordUnits} from './char-set.ts';

/* Escapes and character classes of ECMA-262 with annex B, without the flags u and v. */

export interface ReadSet {
  readonly set: CharSet;
  /** Behind what was read. */
  readonly end: number;
}

const classEscapes: Readonly<Record<string, CharSet>> = {
  d: digits,
  D: complementOf(digits),
  s: spaces,
  S: complementOf(spaces),
  w: wordUnits,
  W: complementOf(wordUnits),
};

const controls: Readonly<Record<string, number>> = {t: 9, n: 10, v: 11, f: 12, r: 13};

const single = (code: number, end: number): ReadSet => ({set: [[code, code]], end});

/** Annex B: up to three octal digits, at most \377. */
const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/;

/** Reads the escape whose backslash is at `at`; back references and assertions are the caller's. */
export const readAtomEscape = (source: string, at: number): ReadSet => {
  const char = source.charAt(at + 1);
  const rest = source.slice(at + 1, at + 6);
  const classSet = Object.hasOwn(classEscapes, char) ? classEscapes[char] : undefined;
  if (classSet) return {set: classSet, end: at + 2};
  const control = Object.hasOwn(controls, char) ? controls[char] : undefined;
  if (control !== undefined) return single(control, at + 2);
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
  if (hex) return single(Number.parseInt(hex[1] ?? hex[2] ?? '', 16), at + 1 + hex[0].length);
  const letter = /^c([A-Za-z])/.exec(rest);
  if (letter) return single((letter[1] ?? '').charCodeAt(0) % 32, at + 3);
  // A lone \c is a backslash; the c is read as the next atom.
  if (char === 'c') return single(0x5c, at + 1);
  const number = octal.exec(rest);
  if (number) return single(Number.parseInt(number[0], 8), at + 1 + number[0].length);
  return single(char.charCodeAt(0), at + 2);
};

/** One member of a class: inside, \b is a backspace and \c takes digits and `_` too. */
const readMember = (source: string, at: number): ReadSet => {
  if (source.charAt(at) !== '\\') return single(source.charCodeAt(at), at + 1);
  if (source.charAt(at + 1) === 'b') return single(8, at + 2);
  const letter = /^c([A-Za-z0-9_])/.exec(source.slice(at + 1, at + 3));
  if (letter) return single((letter[1] ?? '').charCodeAt(0) % 32, at + 3);
  return readAtomEscape(source, at);
};

const onlyUnit = (set: CharSet): number | undefined => {
  const [range] = set;
  return set.length === 1 && range && range[0] === range[1] ? range[0] : undefined;
};

/** Reads the class whose bracket is at `at`. */
export const readClass = (source: string, at: number): ReadSet & {readonly negate: boolean} => {
  const negate = source.charAt(at + 1) === '^';
  const sets: CharSet[] = [];
  let next = at + (negate ? 2 : 1);
  while (next < source.length && source.charAt(next) !== ']') {
    const from = readMember(source, next);
    next = from.end;
    const ranged = source.charAt(next) === '-' && source.charAt(next + 1) !== ']' && next + 1 < source.length;
    if (!ranged) {
      sets.push(from.set);
      continue;
    }
    const to = readMember(source, next + 1);
    next = to.end;
    const [low, high] = [onlyUnit(from.set), onlyUnit(to.set)];
    // Annex B: with a class such as \d on either side the hyphen is itself a member.
    sets.push(low === undefined || high === undefined ? unionOf(from.set, to.set, [[0x2d, 0x2d]]) : [[low, high]]);
  }
  return {set: unionOf(...sets), negate, end: next + 1};
};
