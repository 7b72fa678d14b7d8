import {SaxesParser, type SaxesTagNS} from 'saxes';
import {isRefusal} from '../../kit/refusal.ts';
import {reject} from '../reject.ts';
import {limits} from './limits.ts';

class Counter {
  depth = 0;
  elements = 0;
  attributes = 0;
  comments = 0;

  open(tag: SaxesTagNS): void {
    const attributes = Object.keys(tag.attributes).length;
    this.depth++;
    this.elements++;
    this.attributes += attributes;
    this.hold('depth', this.depth);
    this.hold('elements', this.elements);
    this.hold('attributesPerElement', attributes);
    this.hold('attributes', this.attributes);
  }

  comment(): void {
    this.hold('comments', ++this.comments);
  }

  hold(what: 'depth' | 'elements' | 'attributesPerElement' | 'attributes' | 'comments', count: number): void {
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
  parser.on('opentag', (tag) => counter.open(tag));
  parser.on('closetag', () => {
    counter.depth--;
  });
  parser.on('comment', () => counter.comment());
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
