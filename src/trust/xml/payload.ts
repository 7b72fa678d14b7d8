import {Parser} from 'xml2js/lib/parser.js';
import {reject} from '../reject.ts';

/** What the envelope of the signed content says; what a mitigation means is read elsewhere. */
export interface FeedPayload {
  /** `1.0.4` */
  readonly version: string;
  readonly serial: number | undefined;
  readonly issued: Date | undefined;
  readonly expires: Date | undefined;
  /** `Config@id` in the order of the document. */
  readonly mitigationIds: readonly string[];
  /** Names that this version does not know, in a dialect whose grammar is not public. */
  readonly unknown: readonly string[];
}

export type Dialect = 'stopgap' | 'microsoft';

interface XmlNode {
  readonly '#name': string;
  readonly $?: Readonly<Record<string, string>>;
  readonly $$?: readonly XmlNode[];
  readonly _?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether xml2js gave what it gives: an element with a name of its own keys (`_`, `$`) makes it something else. */
const isXmlNode = (value: unknown): value is XmlNode => {
  if (!isObject(value) || !isText(value['#name'])) return false;
  const {$: attributes, $$: children, _: text} = value;
  return (
    (attributes === undefined || (isObject(attributes) && Object.values(attributes).every(isText))) &&
    (children === undefined || (Array.isArray(children) && children.every(isXmlNode))) &&
    (text === undefined || isText(text))
  );
};

const refuse = (detail: string): never => reject('TRUST.PAYLOAD', `The signed content is not a feed: ${detail}.`);

/** xml2js on canonical bytes only, options fixed: it ignores and guesses too much to be let near anything else. */
const parse = (xml: string): XmlNode => {
  const parser = new Parser({
    strict: true,
    explicitRoot: false,
    explicitArray: true,
    explicitChildren: true,
    preserveChildrenOrder: true,
    charsAsChildren: true,
    includeWhiteChars: false,
    async: false,
  });
  let failure: unknown;
  let result: unknown;
  try {
    parser.parseString(xml, (error, value) => {
      failure = error;
      result = value;
    });
  } catch (error) {
    failure = error;
  }
  return failure || !isXmlNode(result) ? refuse('it cannot be read') : result;
};

const nameOf = (each: XmlNode): string => each['#name'];
const attributesOf = (each: XmlNode): Readonly<Record<string, string>> => each.$ ?? {};
const elementsOf = (each: XmlNode): readonly XmlNode[] =>
  (each.$$ ?? []).filter((child) => nameOf(child) !== '__text__');
const hasText = (each: XmlNode): boolean =>
  (each.$$ ?? []).some((child) => nameOf(child) === '__text__' && child._?.trim());

interface ElementRule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly children: readonly string[];
}

const rules: Readonly<Record<string, ElementRule>> = {
  EOCS: {required: ['version'], optional: ['serial', 'issued', 'expires'], children: ['Config']},
  Config: {required: ['id'], optional: ['desc', 'cve'], children: ['AppliesTo', 'ActionList', 'Notes', 'Probes']},
  AppliesTo: {required: [], optional: [], children: ['Builds']},
  ActionList: {required: [], optional: [], children: ['Action']},
  Action: {required: ['type', 'scope'], optional: ['target', 'desc'], children: ['Value']},
};

/** Differences between an element and the grammar of the envelope, down to Value, Builds, Notes and Probes. */
const differences = (element: XmlNode): readonly string[] => {
  const rule = Object.hasOwn(rules, nameOf(element)) ? rules[nameOf(element)] : undefined;
  if (!rule) return [];
  const found: string[] = [];
  const attributes = attributesOf(element);
  for (const name of rule.required)
    if (!Object.hasOwn(attributes, name)) found.push(`${nameOf(element)} has no ${name}`);
  for (const name of Object.keys(attributes)) {
    if (![...rule.required, ...rule.optional].includes(name)) found.push(`attribute ${name} of ${nameOf(element)}`);
  }
  if (hasText(element)) found.push(`text in ${nameOf(element)}`);
  const children = elementsOf(element);
  const single = nameOf(element) === 'Action' && children.length !== 1;
  if (single) found.push('an Action without exactly one Value');
  for (const child of children) {
    if (rule.children.includes(nameOf(child))) found.push(...differences(child));
    else found.push(`element ${nameOf(child)} in ${nameOf(element)}`);
  }
  return found;
};

/** Namespaces and prefixes mean nothing in a feed; a name that has one is a decoy. */
const hasNamespace = (element: XmlNode): boolean =>
  nameOf(element).includes(':') ||
  Object.keys(attributesOf(element)).some((name) => name.includes(':') || name === 'xmlns') ||
  elementsOf(element).some(hasNamespace);

const instant = (text: string | undefined, name: string): Date | undefined => {
  if (text === undefined) return undefined;
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
  const at = new Date(text);
  return shape.test(text) && !Number.isNaN(at.getTime()) ? at : refuse(`${name} is not a time in UTC`);
};

const identifiers = (root: XmlNode): readonly string[] => {
  const ids = elementsOf(root).map((config) => {
    const id = attributesOf(config)['id'] ?? '';
    if (nameOf(config) !== 'Config') refuse(`element ${nameOf(config)} in EOCS`);
    return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id) ? id : refuse('a Config without a usable id');
  });
  return new Set(ids.map((id) => id.toLowerCase())).size === ids.length ? ids : refuse('an id stands twice');
};

/** The closed envelope of the signed bytes. Microsoft's inner grammar is not public, so there the unknown is named only. */
export const readPayload = (xml: string, dialect: Dialect): FeedPayload => {
  const root = parse(xml);
  if (nameOf(root) !== 'EOCS') refuse(`its root is ${nameOf(root)}`);
  if (hasNamespace(root)) refuse('it uses namespaces');
  const {version = '', serial, issued, expires} = attributesOf(root);
  if (!/^\d{1,5}(?:\.\d{1,5}){2,3}$/.test(version)) refuse('its version is not a version');
  if (serial !== undefined && !/^\d{1,15}$/.test(serial)) refuse('its serial is not a number');
  const unknown = differences(root);
  if (dialect === 'stopgap') {
    if (unknown[0] !== undefined) refuse(unknown[0]);
    if (serial === undefined || issued === undefined) refuse('serial or issued is missing');
  }
  return {
    version,
    serial: serial === undefined ? undefined : Number(serial),
    issued: instant(issued, 'issued'),
    expires: instant(expires, 'expires'),
    mitigationIds: identifiers(root),
    unknown,
  };
};
