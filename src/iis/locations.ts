import {ParsedDocument} from './text/parsed-document.ts';
import {attributeValue, isNamed, type XmlDocument, type XmlElement} from './text/xml-node.ts';
import {joinConfigPath} from './topology.ts';

/** The key of a location's path: letter case and slashes too many do not count, and "." is the file's own level, ''. */
const keyOf = (path: string): string => (path === '.' ? '' : joinConfigPath(path).toLowerCase());

/** Which children of the root are locations, by the keys of their paths. */
type Numbers = ReadonlyMap<string, readonly number[]>;

/** A file of many sites has as many locations: they are read once, and not again after an edit inside of one. */
const known = new WeakMap<XmlDocument, Numbers>();

const numbersOf = (document: XmlDocument): Numbers => {
  const numbers =
    known.get(document) ??
    (document instanceof ParsedDocument && document.sameOutline ? numbersOf(document.sameOutline) : read(document));
  known.set(document, numbers);
  return numbers;
};

const read = (document: XmlDocument): Numbers => {
  const numbers = new Map<string, number[]>();
  for (const [number, holder] of document.root.children.entries()) {
    if (!isNamed(holder, 'location')) continue;
    const key = keyOf(attributeValue(holder, 'path') ?? '');
    const same = numbers.get(key);
    if (same) same.push(number);
    else numbers.set(key, [number]);
  }
  return numbers;
};

/** The locations of a file for a path below its own level, in document order; '' is that level itself. */
export const locationsAtPath = (document: XmlDocument, path: string): readonly XmlElement[] =>
  (numbersOf(document).get(keyOf(path)) ?? []).flatMap((number) => document.root.children[number] ?? []);
