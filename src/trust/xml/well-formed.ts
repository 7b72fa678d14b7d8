import {SaxesParser, type SaxesTagNS} from 'saxes';
import {isRefusal} from '../../kit/refusal.ts';
import {reject} from '../reject.ts';
import {limits} from './limits.ts';

type Counted = Exclude<keyof typeof limits, 'bytes' | 'certificates'>;

class Counter {
  depth = 0;
  elements = 0;
  attributes = 0;
  namespaceDeclarations = 0;
  comments = 0;
  cdataSections = 0;

  enter(tag: SaxesTagNS): void {
    const names = Object.keys(tag.attributes);
    const attributes = names.length;
    // Readers that build plain objects lose it or worse, so that they would read another document than was signed.
    if (tag.name === '__proto__' || names.includes('__proto__'))
      reject('TRUST.PAYLOAD', 'The document uses the name __proto__.');
    this.elements++;
    this.attributes += attributes;
    this.hold('depth', ++this.depth);
    this.hold('elements', this.elements);
    this.hold('attributesPerElement', attributes);
    this.hold('attributes', this.attributes);
    this.namespaceDeclarations += names.filter((name) => name.startsWith('xmlns')).length;
    this.hold('namespaceDeclarations', this.namespaceDeclarations);
  }

  comment(): void {
    this.hold('comments', ++this.comments);
  }

  cdata(): void {
    this.hold('cdataSections', ++this.cdataSections);
  }

  hold(what: Counted, count: number): void {
    if (count > limits[what]) reject('TRUST.LIMIT', `The document exceeds the limit of ${limits[what]} (${what}).`);
  }
}

/**
 * Stage three: well-formed XML with namespaces by a strict parser, within the limits. The parsers behind it are lenient;
 * what passes here they read alike.
 */
export const requireWellFormed = (text: string): void => {
  const counter = new Counter();
  const parser = new SaxesParser({xmlns: true, position: false});
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => counter.enter(tag));
  parser.on('closetag', () => {
    counter.depth--;
  });
  parser.on('comment', () => counter.comment());
  parser.on('cdata', () => counter.cdata());
  try {
    parser.write(text).close();
  } catch (error) {
    if (isRefusal(error)) throw error;
    reject(
      'TRUST.NOT_WELL_FORMED',
      `The document is not well-formed XML: ${error instanceof Error ? error.message : error}`,
    );
  }
};
