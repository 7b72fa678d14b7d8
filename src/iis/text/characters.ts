/* Character classes of XML 1.0, fifth edition, and the references that a configuration file may hold. */

const nameStart =
  ':A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const nameRest = `${nameStart}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040`;

/** Sticky: set `lastIndex` to where a name must begin. */
export const namePattern = new RegExp(`[${nameStart}][${nameRest}]*`, 'uy');

/** A character that XML 1.0 does not allow anywhere. A lone surrogate matches too. */
export const illegalCharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const predefined: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** The character that a reference (the part between `&` and `;`) stands for; `undefined` if it is none that XML knows. */
export const resolveReference = (reference: string): string | undefined => {
  if (Object.hasOwn(predefined, reference)) return predefined[reference];
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(reference);
  if (!match) return undefined;
  const code = match[1] === undefined ? Number.parseInt(match[2] ?? '', 10) : Number.parseInt(match[1], 16);
  if (code > 0x10ffff) return undefined;
  const char = String.fromCodePoint(code);
  return illegalCharacter.test(char) ? undefined : char;
};
