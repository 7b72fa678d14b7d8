import {ParsedDocument} from './parsed-document.ts';
import {scanDocument} from './scan.ts';

/**
 * Parses once and remembers every offset. Strict: what XmlLite or any conforming parser refuses is refused here, with
 * the offset; a document type declaration is refused too, IIS allows none.
 * @throws XmlError
 */
export const parseXml = (text: string): ParsedDocument => {
  const {numbers, count, declaresPrefixes} = scanDocument(text);
  return new ParsedDocument([{text, from: 0, start: 0, length: text.length}], {numbers, count}, declaresPrefixes);
};
