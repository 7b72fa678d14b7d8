import {reject} from '../reject.ts';

/*
 * Parsers disagree about document types, entities and processing instructions (xml-crypto even digests an instruction as
 * text), so none of them gets past the raw text. A comment or a CDATA section is skipped as a whole; whatever else begins
 * with "<!" is a declaration.
 */
const token = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?|<!|&(?:#x[0-9a-fA-F]{1,6};|#[0-9]{1,7};|[a-z]{2,4};)?/g;
const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"utf-8"|'utf-8'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/i;
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const predefined = new Set(['&amp;', '&lt;', '&gt;', '&quot;', '&apos;']);

const isLegalReference = (reference: string): boolean => {
  if (predefined.has(reference)) return true;
  const digits = /^&#(x?)([0-9a-fA-F]+);$/.exec(reference);
  if (!digits) return false;
  const code = Number.parseInt(digits[2] ?? '', digits[1] === 'x' ? 16 : 10);
  return code <= 0x10ffff && !illegal.test(String.fromCodePoint(code));
};

/** Stage two, on the raw text: no document type, instruction, foreign entity, illegal character or other declaration. */
export const passLexicalGate = (text: string): void => {
  if (illegal.test(text)) reject('TRUST.ILLEGAL_CHARACTER', 'The document holds a character that XML does not allow.');
  const start = declaration.exec(text)?.[0].length ?? 0;
  token.lastIndex = start;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    if (found.startsWith('<!-') || found.startsWith('<![')) continue;
    if (found === '<?') {
      reject(
        'TRUST.PROCESSING_INSTRUCTION',
        'The document holds a processing instruction, or an XML declaration that is not that of UTF-8.',
      );
    }
    if (found === '<!') reject('TRUST.DTD', 'The document holds a document type or another declaration.');
    if (!isLegalReference(found))
      reject('TRUST.ENTITY', 'The document refers to an entity that XML does not predefine.');
  }
};
