import {ParsedDocument, wholeOf} from './parsed-document.ts';
import {scanDocument} from './scan.ts';
import {utf8Of} from './utf8.ts';

/**
 * Parses once and remembers every offset. Strict: what XmlLite or any conforming parser refuses is refused here, with
 * the offset; a document type declaration is refused too, IIS allows none.
 * @param utf8 the same text as valid UTF-8, where it is at hand: a large one is not encoded again
 * @throws XmlError
 */
export const parseXml = (text: string, utf8: Buffer = utf8Of(text)): ParsedDocument => {
  const {numbers, count, declaresPrefixes} = scanDocument(utf8);
  return new ParsedDocument([wholeOf(text)], {numbers, count}, {declaresPrefixes});
};
