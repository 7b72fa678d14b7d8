import {type Document, isMap, isScalar, isSeq, parseDocument, type YAMLSeq} from 'yaml';
import {Refusal} from '../../kit/refusal.ts';

export interface YamlEdit {
  /** `['agent', 'mode']` */
  readonly path: readonly string[];
  /** `undefined` takes the key away. */
  readonly value: unknown;
}

const unreadable = (reason: string): Refusal =>
  new Refusal('SETTINGS.INVALID', `the settings are not YAML that can be edited: ${reason}`, {
    next: [{label: 'See what is wrong with them', command: 'stopgap settings validate'}],
  });

/** The same file with one key changed: comments, order and everything else stay. @throws Refusal SETTINGS.INVALID */
export const editYaml = (text: string, {path, value}: YamlEdit): string => {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw unreadable(fault.message);
  if (document.contents !== null && !isMap(document.contents)) throw unreadable('it is no list of keys');
  if (value === undefined) {
    // Also of an empty file, which would be written null.
    if (!document.hasIn(path)) return text;
    document.deleteIn(path);
  } else {
    try {
      put(document, path, value);
    } catch (error) {
      // Where the path leads through something that has no keys.
      throw unreadable(error instanceof Error ? error.message : String(error));
    }
  }
  // What was the last key leaves an empty map behind, which would be written {}.
  if (isMap(document.contents) && document.contents.items.length === 0) return comments(text);
  return document.toString({lineWidth: 0, flowCollectionPadding: false});
};

/** Into the scalar that is there, where there is one: the comment behind it is its own. */
const put = (document: Document, path: readonly string[], value: unknown): void => {
  const node: unknown = document.getIn(path, true);
  if (isScalar(node) && (typeof value !== 'object' || value === null)) node.value = value;
  else if (isSeq(node) && Array.isArray(value) && value.every(isPlain)) putList(document, node, value);
  else document.setIn(path, document.createNode(value));
};

const isPlain = (one: unknown): boolean => typeof one !== 'object' || one === null;

/** What stays in a list stays as it was written, with the comment behind it. */
const putList = (document: Document, list: YAMLSeq, values: readonly unknown[]): void => {
  const before = [...list.items];
  list.items = values.map(
    (value) => before.find((item) => isScalar(item) && item.value === value) ?? document.createNode(value),
  );
};

const comments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .map((line) => `${line}\n`)
    .join('');

/** What stands there now, as YAML on one line; null: nothing. */
export const yamlAt = (text: string, path: readonly string[]): string | null => {
  const value: unknown = parseDocument(text).getIn(path);
  if (value === undefined) return null;
  return JSON.stringify(value) ?? null;
};
