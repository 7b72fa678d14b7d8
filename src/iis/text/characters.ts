/* Character classes of XML 1.0, fifth edition, and the references that a configuration file may hold. */

/** First and last code point of each range, as the recommendation lists them. */
const nameStartRanges: readonly (readonly [number, number])[] = [
  [0x3a, 0x3a],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
];
const nameRestRanges: readonly (readonly [number, number])[] = [
  [0x2d, 0x2e],
  [0x30, 0x39],
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];
const legalRanges: readonly (readonly [number, number])[] = [
  [0x9, 0xa],
  [0xd, 0xd],
  [0x20, 0xd7ff],
  [0xe000, 0xfffd],
];

/** What a character may be, as bits. */
export const unit = {
  legal: 1,
  nameStart: 2,
  name: 4,
  space: 8,
  text: 16,
  doubleQuoted: 32,
  singleQuoted: 64,
  /** Of a name, but no colon. */
  localName: 128,
} as const;

const without = (units: Uint8Array, bit: number, characters: string): void => {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    units[code] = (units[code] ?? 0) & ~bit;
  }
};

const classify = (): Uint8Array => {
  const units = new Uint8Array(0x10000);
  const mark = (ranges: readonly (readonly [number, number])[], bits: number): void => {
    for (const [first, last] of ranges)
      for (let code = first; code <= last; code++) units[code] = (units[code] ?? 0) | bits;
  };
  mark(legalRanges, unit.legal | unit.text | unit.doubleQuoted | unit.singleQuoted);
  mark(nameStartRanges, unit.nameStart | unit.name | unit.localName);
  mark(nameRestRanges, unit.name | unit.localName);
  for (const space of [0x20, 0x9, 0xa, 0xd]) mark([[space, space]], unit.space);
  // What ends a run, or needs a second look.
  without(units, unit.localName, ':');
  without(units, unit.text, '<&]');
  without(units, unit.doubleQuoted, '<&"');
  without(units, unit.singleQuoted, "<&'");
  return units;
};

const unitClass: Uint8Array = classify();

/** Bits of `unit` by byte of UTF-8; bytes of longer characters have none: `isWide` knows them. */
export const byteClass: Uint8Array = new Uint8Array(0x100);
byteClass.set(unitClass.subarray(0, 0x80));

/** What no valid UTF-8 begins with is never asked for: the text was decoded, or encoded by ourselves. */
const codePointAt = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] ?? 0;
  const next = (index: number): number => (bytes[at + index] ?? 0) & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | next(1);
  if (first < 0xf0) return ((first & 0x0f) << 12) | (next(1) << 6) | next(2);
  return ((first & 0x07) << 18) | (next(1) << 12) | (next(2) << 6) | next(3);
};

/** The number of bytes of the character that begins with this one. */
export const lengthFrom = (first: number): number => (first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);

/**
 * Whether a character of several bytes stands there that may be what the bits say. Planes 1 to 14 may stand in names,
 * plane 15 and 16 may not.
 */
export const isWide = (bytes: Uint8Array, at: number, bits: number): boolean => {
  if ((bytes[at] ?? 0) < 0x80) return false;
  const code = codePointAt(bytes, at);
  if (code < 0x10000) return ((unitClass[code] ?? 0) & bits) !== 0;
  return code < 0xf0000 || (bits & (unit.nameStart | unit.name | unit.localName)) === 0;
};

/** A character that XML 1.0 does not allow anywhere. A lone surrogate matches too. */
export const illegalCharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const predefined: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** The character that a reference (the part between `&` and `;`) stands for; `undefined` if it is none that XML knows. */
export const resolveReference = (reference: string): string | undefined => {
  if (Object.hasOwn(predefined, reference)) return predefined[reference];
  const match = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(reference);
  if (!match) return undefined;
  const code = match[1] === undefined ? Number.parseInt(match[2] ?? '', 10) : Number.parseInt(match[1], 16);
  if (code > 0x10ffff) return undefined;
  const char = String.fromCodePoint(code);
  return illegalCharacter.test(char) ? undefined : char;
};
