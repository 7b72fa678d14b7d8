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

/** What a UTF-16 unit may be, as bits of `unitClass`. Halves of a pair have none: `pairAt` knows them. */
export const unit = {legal: 1, nameStart: 2, name: 4, space: 8, text: 16, doubleQuoted: 32, singleQuoted: 64} as const;

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
  mark(nameStartRanges, unit.nameStart | unit.name);
  mark(nameRestRanges, unit.name);
  for (const space of [0x20, 0x9, 0xa, 0xd]) mark([[space, space]], unit.space);
  // What ends a run, or needs a second look.
  without(units, unit.text, '<&]');
  without(units, unit.doubleQuoted, '<&"');
  without(units, unit.singleQuoted, "<&'");
  return units;
};

/** Bits of `unit` by UTF-16 unit: one look-up for each character is what makes 20 MB a matter of a fraction of a second. */
export const unitClass: Uint8Array = classify();

/** Whether a character outside of the basic plane stands there, a whole surrogate pair. */
export const pairAt = (text: string, at: number): boolean => {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
};

/** Planes 1 to 14 may stand in names, plane 15 and 16 may not: their pairs begin with U+DB80 and above. */
export const namePairAt = (text: string, at: number): boolean => pairAt(text, at) && text.charCodeAt(at) < 0xdb80;

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
