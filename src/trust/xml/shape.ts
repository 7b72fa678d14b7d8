import {reject} from '../reject.ts';
import {childNodesOf, isBlankText, isElement, pureText} from './dom.ts';

/*
 * Reading with a closed grammar: what is not named is refused. What stands inside of Signature is not covered by the
 * signature (the enveloped transform takes it out), so nothing may be parked there.
 */

const refuse = (detail: string): never =>
  reject('TRUST.SIGNATURE_SHAPE', `The signature has a shape that is not allowed: ${detail}.`);

export interface ShapeRule {
  readonly namespace: string;
  readonly name: string;
  /** Attributes that must be there; others are refused, except the declaration of the element's own namespace. */
  readonly attributes?: readonly string[];
  readonly optional?: readonly string[];
}

/** The element is what the rule says, and has the attributes of the rule. */
export const expectElement = (node: Node | undefined, rule: ShapeRule): Element => {
  if (!isElement(node) || node.localName !== rule.name || node.namespaceURI !== rule.namespace) {
    return refuse(`${rule.name} is missing or something else stands in its place`);
  }
  const required = new Set(rule.attributes);
  for (const {name, value} of Array.from(node.attributes)) {
    if (required.delete(name) || rule.optional?.includes(name)) continue;
    const declares = name === 'xmlns' || name.startsWith('xmlns:');
    if (!declares || value !== rule.namespace) refuse(`attribute ${name} of ${rule.name}`);
  }
  for (const missing of required) refuse(`${rule.name} has no attribute ${missing}`);
  return node;
};

/** The child elements of an element that holds elements only; between them nothing but white space. */
export const elementChildren = (element: Element): readonly Element[] =>
  childNodesOf(element).flatMap((node) => {
    if (isElement(node)) return [node];
    return isBlankText(node) ? [] : refuse(`text or a comment inside of ${element.localName}`);
  });

/** Exactly these children in this order. */
export const expectChildren = (element: Element, rules: readonly ShapeRule[]): readonly Element[] => {
  const found = elementChildren(element);
  if (found.length !== rules.length)
    refuse(`${element.localName} has ${found.length} children instead of ${rules.length}`);
  return rules.map((rule, index) => expectElement(found[index], rule));
};

/** Base64 and nothing else, decoded. */
export const expectBase64 = (element: Element): Uint8Array => {
  const text = pureText(element)?.replace(/[ \t\r\n]+/g, '');
  if (text === undefined || text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    return refuse(`${element.localName} is not plain base64`);
  }
  return new Uint8Array(Buffer.from(text, 'base64'));
};

export const expectEmpty = (element: Element): void => {
  if (element.firstChild) refuse(`${element.localName} is not empty`);
};
