import {DOMParser} from '@xmldom/xmldom';
import {reject} from '../reject.ts';

export const dsig = 'http://www.w3.org/2000/09/xmldsig#';

const unfit = (message: unknown): never => {
  throw new Error(String(message));
};

/**
 * Parses with the very xmldom that xml-crypto uses, so that the shape that is checked is the shape that is verified; a
 * second version in the tree would be a second opinion. Its warnings are errors here.
 */
export const parseDom = (text: string): Document => {
  try {
    const parser = new DOMParser({errorHandler: {warning: unfit, error: unfit, fatalError: unfit}});
    return parser.parseFromString(text, 'text/xml');
  } catch (error) {
    return reject(
      'TRUST.NOT_WELL_FORMED',
      `The document cannot be parsed: ${error instanceof Error ? error.message : error}`,
    );
  }
};

const elementNode = 1;
const textNode = 3;

export const isElement = (node: Node | null | undefined): node is Element => node?.nodeType === elementNode;

/** The child nodes in one pass; `childNodes[i]` of xmldom walks from the start each time. */
export const childNodesOf = (node: Node): readonly Node[] => {
  const nodes: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) nodes.push(child);
  return nodes;
};

export const isBlankText = (node: Node): boolean =>
  node.nodeType === textNode && /^[ \t\r\n]*$/.test(node.nodeValue ?? '');

/** The text of an element that holds nothing but text: no comment, CDATA section or element splits it. */
export const pureText = (element: Element): string | undefined => {
  const nodes = childNodesOf(element);
  return nodes.every(({nodeType}) => nodeType === textNode)
    ? nodes.map(({nodeValue}) => nodeValue ?? '').join('')
    : undefined;
};

/** Every element below and including this one, in document order. */
export function* elementsOf(root: Element): Generator<Element> {
  let node: Node | null = root;
  while (node) {
    if (isElement(node)) yield node;
    let next: Node | null = node.firstChild;
    while (!next && node && node !== root) {
      next = node.nextSibling;
      if (!next) node = node.parentNode;
    }
    node = next;
  }
}
