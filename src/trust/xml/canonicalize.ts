import {childNodesOf, isElement} from './dom.ts';

/*
 * Canonical XML 1.0 and Exclusive XML Canonicalization without comments, in one pass over the tree. xml-crypto's own
 * classes copy the namespaces in scope for every node, which makes them quadratic; a test compares both on documents
 * that both can take.
 */

export interface NamespaceBinding {
  readonly prefix: string;
  readonly namespaceURI: string;
}

type Mode = 'inclusive' | 'exclusive';
type Bindings = ReadonlyMap<string, string>;

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');

export const escapeAttribute = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The prefix that an xmlns attribute declares, '' for the default one; undefined for any other attribute. */
const declaredPrefix = (name: string): string | undefined =>
  name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;

const declarationsOf = (attributes: readonly Attr[], apex: readonly NamespaceBinding[]): Map<string, string> => {
  const declared = new Map(apex.map(({prefix, namespaceURI}) => [prefix, namespaceURI]));
  for (const {name, value} of attributes) {
    const prefix = declaredPrefix(name);
    if (prefix !== undefined) declared.set(prefix, value);
  }
  return declared;
};

/** The prefixes that the element and its attributes use themselves. */
const usedPrefixes = (element: Element, attributes: readonly Attr[]): Map<string, string> => {
  const used = new Map([[element.prefix ?? '', element.namespaceURI ?? '']]);
  for (const {name, prefix, namespaceURI} of attributes) {
    if (prefix && prefix !== 'xml' && declaredPrefix(name) === undefined) used.set(prefix, namespaceURI ?? '');
  }
  return used;
};

const attributeKey = ({namespaceURI, localName}: Attr): string => `${namespaceURI ?? ''}\u0000${localName}`;

/** Renders what is new against the nearest element above, and says what holds below. */
const renderNamespaces = (wanted: Bindings, rendered: Bindings): {text: string; below: Bindings} => {
  const fresh = [...wanted].filter(([prefix, uri]) => prefix !== 'xml' && (rendered.get(prefix) ?? '') !== uri);
  if (fresh.length === 0) return {text: '', below: rendered};
  const text = fresh
    .toSorted(([left], [right]) => compare(left, right))
    .map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(uri)}"`);
  return {text: text.join(''), below: new Map([...rendered, ...fresh])};
};

interface Rendering {
  readonly out: string[];
  /** Left out with everything in it. */
  readonly without: Element | undefined;
}

const renderElement = (
  element: Element,
  mode: Mode,
  rendered: Bindings,
  apex: readonly NamespaceBinding[],
  {out, without}: Rendering,
): void => {
  const attributes = Array.from(element.attributes);
  const used = usedPrefixes(element, attributes);
  const wanted = mode === 'exclusive' ? used : new Map([...used, ...declarationsOf(attributes, apex)]);
  const {text, below} = renderNamespaces(wanted, rendered);
  out.push('<', element.tagName, text);
  const plain = attributes.filter(({name}) => declaredPrefix(name) === undefined);
  for (const {name, value} of plain.toSorted((a, b) => compare(attributeKey(a), attributeKey(b)))) {
    out.push(' ', name, '="', escapeAttribute(value), '"');
  }
  out.push('>');
  for (const child of childNodesOf(element)) if (child !== without) renderNode(child, mode, below, {out, without});
  out.push('</', element.tagName, '>');
};

const renderNode = (node: Node, mode: Mode, rendered: Bindings, rendering: Rendering): void => {
  if (isElement(node)) renderElement(node, mode, rendered, [], rendering);
  else if (node.nodeType === 3 || node.nodeType === 4) rendering.out.push(escapeText(node.nodeValue ?? ''));
  else if (node.nodeType !== 8) throw new Error(`a node of type ${node.nodeType} has no canonical form here`);
};

export interface CanonicalizeOptions {
  /** What the elements above it declare. */
  readonly ancestors?: readonly NamespaceBinding[];
  /** One element below it that is left out, as the enveloped-signature transform does. */
  readonly without?: Element;
}

/** Canonical text of an element and everything in it. */
export const canonicalize = (node: Node, mode: Mode, {ancestors = [], without}: CanonicalizeOptions = {}): string => {
  if (!isElement(node)) throw new Error('only an element is canonicalized');
  const out: string[] = [];
  renderElement(node, mode, new Map(), mode === 'inclusive' ? ancestors : [], {out, without});
  return out.join('');
};
