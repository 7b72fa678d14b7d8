import {ParsedDocument, wholeOf} from './parsed-document.ts';
import {scanDocument} from './scan.ts';

/**
 * Parses once and remembers every offset. Strict: what XmlLite or any conforming parser refuses is refused here, with
 * the offset; a document type declaration is refused too, IIS allows none.
 * @throws XmlError
 */
export const parseXml = (text: string): ParsedDocument => {
  const {numbers, count, declaresPrefixes} = scanDocument(text);
  return new ParsedDocument([wholeOf(text)], {numbers, count}, declaresPrefixes);
};
