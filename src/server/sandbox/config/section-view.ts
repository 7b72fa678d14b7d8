import {attributeValue, childrenNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {joinWindowsPath} from '../../windows-path.ts';
import type {ConfigPath} from './config-path.ts';
import {declarationsOf} from './declarations.ts';
import {native, win32} from './fault.ts';
import {type Layer, layersOf, type Scope, scopesFor} from './layers.ts';
import {checkUse, faultAt, lockedParts} from './locks.ts';
import {schemaOf} from './schema.ts';
import {type CollectionSchema, type ElementSchema, keyNames} from './schema-model.ts';
import {sectionElements} from './topology.ts';
import {validateElement} from './validate.ts';
import {sameValue} from './values.ts';
import type {World} from './world.ts';

/** A section's element in one file, speaking for one level. */
export interface Part {
  readonly scope: Scope;
  readonly element: XmlElement;
  /** The file that holds the element: the scope's, or the one that configSource names. */
  readonly file: Pick<Layer, 'file' | 'document'>;
}

export interface Item {
  readonly element: XmlElement;
  readonly part: Part;
}

/** A section as it is effective at a path. */
export interface SectionView {
  readonly section: string;
  readonly schema: ElementSchema;
  readonly layers: readonly Layer[];
  readonly parts: readonly Part[];
}

const resolveSource = (world: World, scope: Scope, element: XmlElement): Part => {
  const source = attributeValue(element, 'configSource');
  if (source === undefined) return {scope, element, file: scope.layer};
  const file = joinWindowsPath(scope.layer.file, '..', source);
  const document = world.store.document(file);
  if (!document || document.root.name !== element.name) {
    throw faultAt(scope.layer, element, native.badSource, win32.invalidData);
  }
  return {scope, element: document.root, file: {file, document}};
};

/**
 * Reads a section at a path, checks that it may stand where it stands and that it fits its schema. The keys of its
 * collections are checked when they are asked for, by `itemsOf`.
 * @throws ConfigFault
 */
export const readSection = (world: World, target: ConfigPath, section: string): SectionView => {
  const layers = layersOf(world, target);
  const declaration = declarationsOf(world).get(section);
  const schema = schemaOf(section);
  const parts = scopesFor(layers, target).flatMap((scope) =>
    sectionElements(scope.element, section).map((element) => {
      if (!declaration) throw faultAt(scope.layer, element, native.undeclared(section), win32.invalidData);
      checkUse(declaration, layers, target, {scope, element});
      return resolveSource(world, scope, element);
    }),
  );
  checkOnce(section, parts);
  for (const part of parts) validateElement(schema, part.element, part.file);
  checkPartLocks(parts);
  return {section, schema, layers, parts};
};

/** One file may speak once of a section for a level, be it outside of all locations or in one. */
const checkOnce = (section: string, parts: readonly Part[]): void => {
  for (const [index, part] of parts.entries()) {
    const {layer, level} = part.scope;
    const twin = parts.slice(0, index).some(({scope}) => scope.layer === layer && scope.level === level);
    if (twin) throw faultAt(part.file, part.element, native.duplicateSection(section), win32.invalidData);
  }
};

const checkPartLocks = (parts: readonly Part[]): void => {
  for (const part of parts) {
    const above = parts.filter(({scope}) => scope.layer.rank < part.scope.layer.rank).map(({element}) => element);
    const locked = lockedParts(above);
    const violation =
      part.element.attributes.some(({name}) => locked.attribute(name)) ||
      part.element.children.some(({name}) => locked.element(name));
    if (violation) throw faultAt(part.file, part.element, native.lockViolation, win32.lockViolation);
  }
};

/** The elements inside of each part that the names lead to: `['preConditions']`. */
export const inside = (parts: readonly Part[], names: readonly string[]): readonly Part[] =>
  names.reduce<readonly Part[]>(
    (found, name) => found.flatMap((part) => childrenNamed(part.element, name).map((element) => ({...part, element}))),
    parts,
  );

/** The key of an item, attribute by attribute, defaults filled in. */
export const keyOf = (schema: ElementSchema, element: XmlElement): readonly string[] =>
  keyNames(schema).map((name) => attributeValue(element, name) ?? schema.attributes[name]?.default ?? '');

const sameKey = (schema: ElementSchema, one: readonly string[], other: readonly string[]): boolean =>
  keyNames(schema).every((name, index) => sameValue(schema.attributes[name], one[index] ?? '', other[index] ?? ''));

const locksItem = (item: Item, part: Part): boolean =>
  attributeValue(item.element, 'lockItem')?.toLowerCase() === 'true' &&
  item.part.scope.layer.rank < part.scope.layer.rank;

const withoutItems = (items: readonly Item[], gone: readonly Item[], part: Part, by: XmlElement): readonly Item[] => {
  if (gone.some((item) => locksItem(item, part))) {
    throw faultAt(part.file, by, native.lockViolation, win32.lockViolation);
  }
  return items.filter((item) => !gone.includes(item));
};

const addItem = (collection: CollectionSchema, items: readonly Item[], added: Item): readonly Item[] => {
  const {item: schema, add} = collection;
  const names = keyNames(schema);
  const key = keyOf(schema, added.element);
  const twin = names.length > 0 && items.some(({element}) => sameKey(schema, keyOf(schema, element), key));
  if (twin) {
    throw faultAt(added.part.file, added.element, native.duplicate(add, names, key), win32.alreadyExists);
  }
  return [...items, added];
};

/**
 * The items of a collection after every `add`, `remove` and `clear` of every part, in reading order.
 * @throws ConfigFault for a duplicate key or a violated lock
 */
export const itemsOf = (collection: CollectionSchema, parts: readonly Part[]): readonly Item[] => {
  let items: readonly Item[] = [];
  for (const part of parts) {
    for (const element of part.element.children) {
      if (element.name === collection.add) items = addItem(collection, items, {element, part});
      else if (element.name === collection.clear) items = withoutItems(items, items, part, element);
      else if (element.name === collection.remove) {
        const key = keyOf(collection.item, element);
        const gone = items.filter((item) => sameKey(collection.item, keyOf(collection.item, item.element), key));
        items = keyNames(collection.item).length === 0 ? items : withoutItems(items, gone, part, element);
      }
    }
  }
  return items;
};

/** Reads every collection of the section once, nested ones of its own elements too, for the faults in them. */
export const checkCollections = (schema: ElementSchema, parts: readonly Part[]): void => {
  if (schema.collection) {
    for (const {element, part} of itemsOf(schema.collection, parts)) {
      checkCollections(schema.collection.item, [{...part, element}]);
    }
  }
  for (const [name, child] of Object.entries(schema.elements)) checkCollections(child, inside(parts, [name]));
};
