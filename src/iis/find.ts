import {sectionsIn} from './layers.ts';
import {locationsAtPath} from './locations.ts';
import {attributeValue, childrenNamed, type XmlDocument, type XmlElement} from './text/xml-node.ts';
import {sameName} from './topology.ts';

/** Where an element stands in one file. */
export interface ElementPlace {
  /** `path` of the location; null: the body of the file. */
  readonly location: string | null;
  readonly section: string;
  /** '' for the section's own collection. */
  readonly collection: string;
}

/** The elements of a file that hold section groups for a place: its body, or every location of that path. */
export const holdersOf = (document: XmlDocument, location: string | null): readonly XmlElement[] =>
  location === null
    ? [document.root]
    : locationsAtPath(document, location).filter((holder) => sameName(attributeValue(holder, 'path') ?? '', location));

/** The elements of a file in which the items of a collection stand. */
export const collectionsOf = (document: XmlDocument, place: ElementPlace): readonly XmlElement[] =>
  holdersOf(document, place.location)
    .flatMap((holder) => sectionsIn(holder, place.section))
    .flatMap((section) => (place.collection === '' ? [section] : childrenNamed(section, place.collection)));

/** The item with these key attributes, compared without regard to case as IIS does. */
export const findItem = (
  document: XmlDocument,
  place: ElementPlace,
  item: {readonly element: string; readonly keys: Readonly<Record<string, string>>},
): XmlElement | undefined =>
  collectionsOf(document, place)
    .flatMap((collection) => childrenNamed(collection, item.element))
    .find((element) =>
      Object.entries(item.keys).every(([key, value]) => sameName(attributeValue(element, key) ?? '', value)),
    );
