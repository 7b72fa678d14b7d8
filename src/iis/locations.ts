import {attributeValue, childrenNamed, type XmlDocument, type XmlElement} from './text/xml-node.ts';
import {joinConfigPath} from './topology.ts';

/** The key of a location's path: letter case and slashes too many do not count, and "." is the file's own level, ''. */
const keyOf = (path: string): string => (path === '.' ? '' : joinConfigPath(path).toLowerCase());

const byPath = (document: XmlDocument): ReadonlyMap<string, readonly XmlElement[]> => {
  const known = locations.get(document) ?? Map.groupBy(childrenNamed(document.root, 'location'), keyOfLocation);
  locations.set(document, known);
  return known;
};

const keyOfLocation = (holder: XmlElement): string => keyOf(attributeValue(holder, 'path') ?? '');

/** A file of many sites has as many locations: they are read once. */
const locations = new WeakMap<XmlDocument, ReadonlyMap<string, readonly XmlElement[]>>();

/** The locations of a file for a path below its own level, in document order; '' is that level itself. */
export const locationsAtPath = (document: XmlDocument, path: string): readonly XmlElement[] =>
  byPath(document).get(keyOf(path)) ?? [];
