import {namePairAt, pairAt, resolveReference, unit, unitClass} from './characters.ts';
import {XmlError} from './xml-error.ts';

/*
 * The small readers of the scanner. Every one moves over characters by one look-up each; what is rare leaves the loop.
 * A text that ends early is noticed at its end, anything else with the character that does not belong there.
 */

const less = 0x3c;
const ampersand = 0x26;

/** A text that is read, and what to say when it is no XML. */
export interface Scanned {
  readonly text: string;
}

/** Never returns. `at`: where what is wrong begins. */
export const fail = ({text}: Scanned, reason: string, at: number, noticed = behindCharacter(text, at)): never => {
  throw new XmlError(reason, text, {at, noticed: Math.min(noticed, text.length)});
};

/** CR LF is one character to a reader. */
export const behindCharacter = (text: string, at: number): number =>
  at + (pairAt(text, at) || text.startsWith('\r\n', at) ? 2 : 1);

export const has = (code: number, bits: number): boolean => ((unitClass[code] ?? 0) & bits) !== 0;

export const behindSpaces = (text: string, from: number): number => {
  let at = from;
  while (has(text.charCodeAt(at), unit.space)) at++;
  return at;
};

/** Behind the characters of a name, of which there may be none. */
export const behindName = (text: string, from: number): number => {
  let at = from;
  for (;;) {
    while (has(text.charCodeAt(at), unit.name)) at++;
    if (!namePairAt(text, at)) return at;
    at += 2;
  }
};

export const startsName = (text: string, at: number): boolean =>
  has(text.charCodeAt(at), unit.nameStart) || namePairAt(text, at);

/** Behind the reference whose `&` stands at `at`. */
export const behindReference = (scanned: Scanned, at: number): number => {
  const {text} = scanned;
  const end = text.indexOf(';', at);
  const known = end !== -1 && resolveReference(text.slice(at + 1, end)) !== undefined;
  if (known) return end + 1;
  const upTo = end === -1 ? text.length : end + 1;
  checkLegal(scanned, at, upTo);
  return fail(scanned, '"&" begins no reference that is known here', at, upTo);
};

/** Fails at the first character of a stretch that XML does not allow. */
export const checkLegal = (scanned: Scanned, from: number, to: number): void => {
  const {text} = scanned;
  for (let at = from; at < to; at++) {
    if (has(text.charCodeAt(at), unit.legal)) continue;
    if (pairAt(text, at)) at++;
    else fail(scanned, 'a character that XML does not allow', at);
  }
};

/** Behind the closing quote of the value whose opening quote stands at `open`; the attribute's name is only for the reason. */
export const behindValue = (scanned: Scanned, open: number, nameStart: number, nameEnd: number): number => {
  const {text} = scanned;
  const quote = text.charCodeAt(open);
  const ordinary = quote === 0x22 ? unit.doubleQuoted : unit.singleQuoted;
  let at = open + 1;
  for (;;) {
    while (has(text.charCodeAt(at), ordinary)) at++;
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === ampersand) at = behindReference(scanned, at);
    else if (pairAt(text, at)) at += 2;
    else if (code === less)
      // Nearly always a quote is missing further up: that is where the fault begins.
      return fail(
        scanned,
        `"<" is not allowed in the value of the attribute ${text.slice(nameStart, nameEnd)}`,
        open,
        at + 1,
      );
    else if (at >= text.length)
      return fail(
        scanned,
        `the value of the attribute ${text.slice(nameStart, nameEnd)} is not closed`,
        open,
        text.length,
      );
    else return fail(scanned, 'a character that XML does not allow', at);
  }
};
