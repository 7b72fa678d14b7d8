import {byteClass, isWide, lengthFrom, resolveReference, unit} from './characters.ts';
import {XmlError} from './xml-error.ts';

/*
 * The small readers of the scanner. They read UTF-8 and move over characters by one look-up each; what is rare leaves the
 * loop. A text that ends early is noticed at its end, anything else with the character that does not belong there.
 */

const less = 0x3c;
const ampersand = 0x26;

/** A text that is read, as valid UTF-8. Places are offsets of bytes. */
export interface Scanned {
  readonly bytes: Buffer;
  /** The last character of several bytes that was met, and how many bytes more than UTF-16 units there were up to it. */
  lastWide: number;
  surplus: number;
}

/** Every character is met on the way forward; one that is looked at again counts once. */
const meetWide = (scanned: Scanned, at: number, length: number): void => {
  if (at <= scanned.lastWide) return;
  scanned.lastWide = at;
  scanned.surplus += length === 2 ? 1 : 2;
};

/** UTF-16 units of a stretch. */
const unitsIn = (bytes: Uint8Array, from: number, to: number): number => {
  let units = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    // A byte that goes on with a character adds nothing; one of four bytes is a pair.
    if ((byte & 0xc0) !== 0x80) units += byte < 0xf0 ? 1 : 2;
  }
  return units;
};

/** Never returns. `at`: where what is wrong begins. */
export const fail = ({bytes}: Scanned, reason: string, at: number, noticed = behindCharacter(bytes, at)): never => {
  const behind = Math.min(noticed, bytes.length);
  const place = {at: unitsIn(bytes, 0, at), noticed: unitsIn(bytes, 0, behind)};
  throw new XmlError(reason, bytes.toString(), place);
};

/** CR LF is one character to a reader. */
export const behindCharacter = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] ?? 0;
  return at + (first === 0x0d && bytes[at + 1] === 0x0a ? 2 : lengthFrom(first));
};

/** Whether a byte is a character that may be what the bits say. */
export const has = (byte: number | undefined, bits: number): boolean => ((byteClass[byte ?? 0] ?? 0) & bits) !== 0;

/** Behind characters that may all be what the bits say, of which there may be none. */
export const behindAll = (scanned: Scanned, from: number, bits: number, to = scanned.bytes.length): number => {
  const {bytes} = scanned;
  let at = from;
  for (;;) {
    while (at < to && ((byteClass[bytes[at] ?? 0] ?? 0) & bits) !== 0) at++;
    if (at >= to || !isWide(bytes, at, bits)) return at;
    const length = lengthFrom(bytes[at] ?? 0);
    meetWide(scanned, at, length);
    at += length;
  }
};

export const behindSpaces = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (has(bytes[at], unit.space)) at++;
  return at;
};

/** Behind the characters of a name, of which there may be none. */
export const behindName = (scanned: Scanned, from: number): number => behindAll(scanned, from, unit.name);

/** Behind the part of a name before its colon: nearly every name has none, and is read once. */
export const behindLocalName = (scanned: Scanned, from: number): number => behindAll(scanned, from, unit.localName);

export const startsName = (bytes: Uint8Array, at: number): boolean =>
  has(bytes[at], unit.nameStart) || isWide(bytes, at, unit.nameStart);

/** No reference that anybody writes is longer. */
const usualReference = 10;

/** A short piece is put together here: a call into the runtime for each would cost more than all the rest. */
const asciiText = (bytes: Buffer, from: number, to: number): string => {
  if (to - from > usualReference) return bytes.toString('utf8', from, to);
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
};

/** Behind the reference whose `&` stands at `at`. */
export const behindReference = (scanned: Scanned, at: number): number => {
  const {bytes} = scanned;
  const end = bytes.indexOf(0x3b, at);
  const known = end !== -1 && resolveReference(asciiText(bytes, at + 1, end)) !== undefined;
  if (known) return end + 1;
  const upTo = end === -1 ? bytes.length : end + 1;
  checkLegal(scanned, at, upTo);
  return fail(scanned, '"&" begins no reference that is known here', at, upTo);
};

/** Fails at the first character of a stretch that XML does not allow. */
export const checkLegal = (scanned: Scanned, from: number, to: number): void => {
  const stop = behindAll(scanned, from, unit.legal, to);
  if (stop < to) fail(scanned, 'a character that XML does not allow', stop);
};

/** Behind the closing quote of the value whose opening quote stands at `open`; the attribute's name is only for the reason. */
export const behindValue = (scanned: Scanned, open: number, nameStart: number, nameEnd: number): number => {
  const {bytes} = scanned;
  const quote = bytes[open];
  const ordinary = quote === 0x22 ? unit.doubleQuoted : unit.singleQuoted;
  let at = open + 1;
  for (;;) {
    at = behindAll(scanned, at, ordinary);
    const code = bytes[at];
    if (code === quote) return at + 1;
    if (code === ampersand) at = behindReference(scanned, at);
    else if (code !== less && code !== undefined) return fail(scanned, 'a character that XML does not allow', at);
    else {
      const attribute = bytes.toString('utf8', nameStart, nameEnd);
      // Nearly always a quote is missing further up: that is where the fault begins.
      if (code === less)
        return fail(scanned, `"<" is not allowed in the value of the attribute ${attribute}`, open, at + 1);
      return fail(scanned, `the value of the attribute ${attribute} is not closed`, open, bytes.length);
    }
  }
};
