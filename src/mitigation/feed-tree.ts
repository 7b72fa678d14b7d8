import {Parser} from 'xml2js';
import type {ElementSpec} from '../iis/element-spec.ts';
import {Refusal} from '../kit/refusal.ts';

/** An element of a feed: like a configuration element, with the text between its tags. */
export interface FeedElement extends ElementSpec {
  readonly children: readonly FeedElement[];
  /** Blank where there are children: mixed content has no meaning in a feed. */
  readonly text: string;
}

export const notUnderstood = (reason: string): Refusal =>
  new Refusal('FEED.NOT_UNDERSTOOD', `the feed is genuine, but ${reason}`, {
    next: [{label: 'Ask its publisher, or use a newer stopgap: what is not understood is never guessed'}],
  });

/*
 * xml2js groups siblings by name and loses their order (node-xml2js #499), which in a rewrite section is meaning. With
 * both options the ordered list is there too, and only that is read. The keys cannot be names of XML elements: with the
 * usual `_` and `$`, an element <_> would land in the text of its parent.
 */
const keys = {attrkey: '#attributes', charkey: '#text', childkey: '#children'} as const;
const options = {...keys, explicitChildren: true, preserveChildrenOrder: true, explicitRoot: false, strict: true};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const elementOf = (node: unknown): FeedElement => {
  if (!isRecord(node)) throw new TypeError('xml2js gave no element');
  const list: unknown = node[keys.childkey];
  const attributes = isRecord(node[keys.attrkey]) ? Object.entries(node[keys.attrkey] ?? {}) : [];
  const element: FeedElement = {
    name: textOf(node['#name']),
    attributes: attributes.map(([name, value]) => [name, textOf(value)] as const),
    children: Array.isArray(list) ? list.map(elementOf) : [],
    text: textOf(node[keys.charkey]).trim(),
  };
  if (element.children.length > 0 && element.text !== '') {
    throw notUnderstood(`<${element.name}> holds text beside its elements`);
  }
  return element;
};

/** The root of the canonical bytes, children in the order of the document. */
export const parseFeedTree = (xml: string): FeedElement => {
  let root: unknown;
  let fault: Error | null = null;
  new Parser(options).parseString(xml, (error: Error | null, result: unknown) => {
    fault = error;
    root = result;
  });
  if (fault !== null || !isRecord(root)) throw notUnderstood('its signed part is no XML that can be read');
  return elementOf(root);
};
