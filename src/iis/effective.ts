import {type ConfigFile, lineOf} from './config-file.ts';
import {isLockedItem} from './element-locks.ts';
import {type Layer, type LayeredPath, sectionsIn} from './layers.ts';
import {lockFaults} from './lock-faults.ts';
import {type CollectionShape, collectionShape, sectionShape} from './section-table.ts';
import {attributeValue, childrenNamed, type XmlElement} from './text/xml-node.ts';

/** An item of a section as a configuration path sees it, with the place that it comes from. */
export interface EffectiveItem {
  readonly element: XmlElement;
  readonly file: ConfigFile;
  readonly line: number;
  readonly location: string | null;
  /** The configuration path of the layer that holds it: match input is relative to it. */
  readonly level: string;
}

/** An item that an inner layer took away again, and the line that did. */
export interface DroppedItem {
  readonly item: EffectiveItem;
  readonly by: EffectiveItem;
}

/** What makes IIS answer 500.19 here: the file and line that it would name, and why. */
export interface SectionFault {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** Where a duplicate has been added first; the same place when one file is read at two levels. */
  readonly first?: {readonly file: string; readonly line: number};
}

export interface EffectiveCollection {
  readonly items: readonly EffectiveItem[];
  readonly dropped: readonly DroppedItem[];
  readonly faults: readonly SectionFault[];
}

const placed = (layer: Layer, element: XmlElement): EffectiveItem => ({
  element,
  file: layer.file,
  line: lineOf(layer.file, element),
  location: layer.location,
  level: layer.level,
});

/** The key of an item in its collection, keys joined; `undefined` where the collection has none. */
const keyOf = (shape: CollectionShape, element: XmlElement): string | undefined =>
  shape.keys.length === 0
    ? undefined
    : shape.keys.map((key) => (attributeValue(element, key) ?? '').toLowerCase()).join('\n');

const duplicate = (shape: CollectionShape, item: EffectiveItem, first: EffectiveItem): SectionFault => ({
  file: item.file.path,
  line: item.line,
  reason: `Cannot add duplicate collection entry of type '${item.element.name}' with unique key attribute '${shape.keys.join(', ')}' set to '${shape.keys.map((key) => attributeValue(item.element, key) ?? '').join(', ')}'`,
  first: {file: first.file.path, line: first.line},
});

/** lockItem="true" keeps lower files from taking an item away, by name or together with all others. */
const lockViolation = (by: EffectiveItem, {element, file, line}: EffectiveItem): SectionFault => ({
  file: by.file.path,
  line: by.line,
  reason: `Lock violation: "${attributeValue(element, 'name') ?? element.name}" is locked (lockItem="true", ${file.path}:${line})`,
});

/** The collection of a section as a configuration path sees it: add, remove and clear in the order of the layers. */
export const effectiveCollection = (path: LayeredPath, section: string, collection: string): EffectiveCollection => {
  const collections = known.get(path) ?? new Map<string, EffectiveCollection>();
  known.set(path, collections);
  const key = `${section} ${collection}`;
  const found = collections.get(key) ?? readCollection(path, section, collection);
  collections.set(key, found);
  return found;
};

const known = new WeakMap<LayeredPath, Map<string, EffectiveCollection>>();

const readCollection = (path: LayeredPath, section: string, collection: string): EffectiveCollection => {
  const shape = collectionShape(section, collection);
  if (!shape) throw new TypeError(`no table for ${section} ${collection}`);
  let items: EffectiveItem[] = [];
  const dropped: DroppedItem[] = [];
  const faults: SectionFault[] = [];
  const drop = (by: EffectiveItem, which: (item: EffectiveItem) => boolean): void => {
    const locked = items.find((item) => which(item) && isLockedItem(item.element) && item.file !== by.file);
    if (locked) faults.push(lockViolation(by, locked));
    dropped.push(...items.filter(which).map((item) => ({item, by})));
    items = items.filter((item) => !which(item));
  };
  for (const [layer, element] of entriesOf(path, section, collection)) {
    const entry = placed(layer, element);
    const key = keyOf(shape, element);
    if (element.name === shape.clear) drop(entry, () => true);
    else if (element.name === shape.remove) drop(entry, (item) => keyOf(shape, item.element) === key);
    else if (shape.items.includes(element.name)) {
      const first = key === undefined ? undefined : items.find((item) => keyOf(shape, item.element) === key);
      if (first) faults.push(duplicate(shape, entry, first));
      else items.push(entry);
    }
  }
  return {items, dropped, faults};
};

/** The elements that hold the items of a collection, with the file that they stand in. */
export function* holdersIn(
  layer: Layer,
  section: string,
  collection: string,
): Generator<readonly [file: ConfigFile, holder: XmlElement]> {
  const contentOf = (file: ConfigFile, element: XmlElement): readonly [ConfigFile, XmlElement] => {
    const source = layer.sources?.get(element);
    return source ? [source, source.document.root] : [file, element];
  };
  for (const element of sectionsIn(layer.holder, section)) {
    const [file, content] = contentOf(layer.file, element);
    if (collection === '') yield [file, content];
    else for (const inner of childrenNamed(content, collection)) yield contentOf(file, inner);
  }
}

function* entriesOf(path: LayeredPath, section: string, collection: string): Generator<readonly [Layer, XmlElement]> {
  for (const layer of path.layers) {
    for (const [file, holder] of holdersIn(layer, section, collection)) {
      for (const child of holder.children) yield [{...layer, file}, child];
    }
  }
}

/** Every duplicate key and every violated lock of a section along the inheritance chain, all of its collections together. */
export const sectionFaults = (path: LayeredPath, section: string): readonly SectionFault[] => [
  ...Object.keys(sectionShape(section)?.collections ?? {}).flatMap(
    (collection) => effectiveCollection(path, section, collection).faults,
  ),
  ...lockFaults(path, section),
];
