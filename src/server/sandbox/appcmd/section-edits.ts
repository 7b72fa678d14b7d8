import {childNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {type Declaration, declarationsOf} from '../config/declarations.ts';
import {ConfigFault, native, win32} from '../config/fault.ts';
import {apphostRank, layersOf, scopesFor} from '../config/layers.ts';
import {isDefinable, isLocked, lockedParts} from '../config/locks.ts';
import {schemaOf} from '../config/schema.ts';
import {type CollectionSchema, type ElementSchema, keyNames, openElement} from '../config/schema-model.ts';
import type {SectionEditor} from '../config/section-editor.ts';
import {checkCollections, type Item, inside, itemsOf, keyOf, type Part} from '../config/section-view.ts';
import {sectionElements} from '../config/topology.ts';
import {checkValue, sameValue} from '../config/values.ts';
import {copyOf} from '../config/writer.ts';
import {fail} from './failure.ts';
import {type EditPath, type Indexer, parseEditPath, type Station} from './indexer.ts';
import {failure} from './messages.ts';

export interface SectionEdit {
  readonly kind: 'add' | 'remove' | 'set';
  readonly path: EditPath;
}

/** `+[..]`, `-[..]` or a selection with or without a value. */
export const parseEdit = (text: string): SectionEdit => {
  if (text.startsWith('+')) return {kind: 'add', path: parseEditPath(text.slice(1))};
  if (text.startsWith('-')) return {kind: 'remove', path: parseEditPath(text.slice(1))};
  return {kind: 'set', path: parseEditPath(text)};
};

/** A place inside of the section: as it is effective, as it stands in the file that is edited, and how to make it stand there. */
interface Here {
  readonly schema: ElementSchema;
  readonly parts: readonly Part[];
  readonly own: XmlElement | undefined;
  readonly ensure: () => XmlElement;
}

/** What the file that is edited and those above it say; what lies below is not read for a commit further up. */
const visibleParts = (editor: SectionEditor): readonly Part[] => {
  const {world, to} = editor;
  const layers = layersOf(world, to.target).filter(({rank}) => rank <= to.rank);
  return scopesFor(layers, to.target).flatMap((scope) =>
    sectionElements(scope.element, to.section).map((element) => ({scope, element, file: scope.layer})),
  );
};

const atSection = (editor: SectionEditor): Here => ({
  schema: schemaOf(editor.to.section),
  parts: visibleParts(editor),
  own: editor.section(),
  ensure: () => editor.ensureSection(),
});

const spelled = (names: readonly string[], name: string): string | undefined =>
  names.find((known) => known === name) ?? names.find((known) => known.toLowerCase() === name.toLowerCase());

const enterElement = (editor: SectionEditor, here: Here, given: string): Here => {
  const name = spelled(Object.keys(here.schema.elements), given);
  if (name === undefined && !here.schema.open) return fail(failure.unknownAttribute, given);
  const child = name ?? given;
  return {
    schema: here.schema.elements[child] ?? openElement,
    parts: inside(here.parts, [child]),
    own: here.own && childNamed(here.own, child),
    ensure: () => editor.ensureChild(here.ensure(), child),
  };
};

const fits = (schema: ElementSchema, element: XmlElement, values: Indexer['values']): boolean =>
  values.every(([given, value]) => {
    const name = spelled(Object.keys(schema.attributes), given) ?? given;
    const written = element.attributes.find((attribute) => attribute.name === name)?.value;
    return sameValue(schema.attributes[name], written ?? schema.attributes[name]?.default ?? '', value);
  });

const select = (collection: CollectionSchema, parts: readonly Part[], indexer: Indexer): Item => {
  const items = itemsOf(collection, parts).filter(({element}) => fits(collection.item, element, indexer.values));
  const {position} = indexer;
  const at = position === 'end' ? items.length - 1 : typeof position === 'number' ? position : 0;
  return items[at] ?? fail(failure.noSuchElement);
};

/** An inherited item is changed by taking it out of the collection and writing it once more. */
const override = (editor: SectionEditor, parent: XmlElement, collection: CollectionSchema, item: Item): XmlElement => {
  const copy = copyOf(item.element);
  const taken = takeOut(editor, parent, collection, item);
  return editor.insert(taken, copy);
};

const takeOut = (editor: SectionEditor, parent: XmlElement, collection: CollectionSchema, item: Item): XmlElement => {
  const names = keyNames(collection.item);
  if (collection.remove === undefined || names.length === 0) return fail(failure.noSuchElement);
  if (item.element.attributes.some(({name, value}) => name === 'lockItem' && value === 'true')) {
    throw new ConfigFault(editor.to.file, 0, native.lockViolation, win32.lockViolation);
  }
  const key = keyOf(collection.item, item.element);
  const attributes = names.map((name, index) => [name, key[index] ?? ''] as const);
  const removed = editor.insert(parent, {name: collection.remove, attributes, children: []});
  return removed.parent ?? parent;
};

const enterItem = (editor: SectionEditor, here: Here, indexer: Indexer): Here => {
  const {collection} = here.schema;
  if (!collection) return fail(failure.noSuchElement);
  const item = select(collection, here.parts, indexer);
  const isOwn = here.own?.children.includes(item.element) ?? false;
  return {
    schema: collection.item,
    parts: [{...item.part, element: item.element}],
    own: isOwn ? item.element : undefined,
    ensure: () => (isOwn ? item.element : override(editor, here.ensure(), collection, item)),
  };
};

const walk = (editor: SectionEditor, stations: readonly Station[]): Here =>
  stations.reduce(
    (here: Here, station) =>
      station.kind === 'item' ? enterItem(editor, here, station) : enterElement(editor, here, station.name),
    atSection(editor),
  );

/** The attribute by its own spelling and its value as IIS writes it. */
const checkedAttribute = (schema: ElementSchema, given: string, value: string): readonly [string, string] => {
  const name = spelled(Object.keys(schema.attributes), given);
  const attribute = name === undefined ? undefined : schema.attributes[name];
  if (name === undefined || !attribute) {
    return schema.open ? [given, value] : fail(failure.unknownAttribute, given);
  }
  const checked = checkValue(attribute, value);
  return checked.ok ? [name, checked.value] : fail(failure.badValue, name, value, checked.reason);
};

const lockViolation = (editor: SectionEditor): never => {
  throw new ConfigFault(editor.to.file, 0, native.lockViolation, win32.lockViolation);
};

const above = (editor: SectionEditor, here: Here): readonly XmlElement[] =>
  here.parts.filter(({scope}) => scope.layer.rank < editor.to.rank).map(({element}) => element);

const set = (editor: SectionEditor, {stations, value}: EditPath): void => {
  const last = stations.at(-1);
  if (value === undefined || last?.kind !== 'element') {
    // A selection alone changes nothing, but what it selects must be there.
    walk(editor, stations);
    return;
  }
  const here = walk(editor, stations.slice(0, -1));
  const [name, checked] = checkedAttribute(here.schema, last.name, value);
  if (lockedParts(above(editor, here)).attribute(name)) lockViolation(editor);
  editor.setAttribute(here.ensure(), name, checked);
};

const checkNew = (
  collection: CollectionSchema,
  here: Here,
  attributes: readonly (readonly [string, string])[],
): void => {
  const {item: schema, add} = collection;
  const given = new Map(attributes);
  const missing = Object.entries(schema.attributes).filter(([name, known]) => known.required && !given.has(name));
  const [first] = missing;
  if (first) fail(failure.missingRequired, add, native.missingAttribute(first[0]));
  const names = keyNames(schema);
  const key = names.map((name) => given.get(name) ?? schema.attributes[name]?.default ?? '');
  const twin = itemsOf(collection, here.parts).some(({element}) => {
    const other = keyOf(schema, element);
    return names.every((name, index) => sameValue(schema.attributes[name], key[index] ?? '', other[index] ?? ''));
  });
  if (names.length > 0 && twin) fail(failure.duplicateElement, add, native.duplicate(add, names, key));
};

/** The item of the file before which a new one goes; `undefined`: at the end. */
const anchor = (collection: CollectionSchema, own: XmlElement | undefined, position: Indexer['position']) => {
  if (position === undefined || position === 'end') return undefined;
  const items = own?.children.filter(({name}) => name === collection.add) ?? [];
  return items[position === 'start' ? 0 : position];
};

/** The indexer that an addition or a removal ends with. */
const finalIndexer = ({stations, value}: EditPath): Indexer => {
  const last = stations.at(-1);
  return last?.kind === 'item' && value === undefined ? last : fail(failure.malformedIndexer);
};

const add = (editor: SectionEditor, path: EditPath): void => {
  const last = finalIndexer(path);
  const here = walk(editor, path.stations.slice(0, -1));
  const collection = here.schema.collection ?? fail(failure.noSuchElement);
  const attributes = last.values.map(([name, given]) => checkedAttribute(collection.item, name, given));
  checkNew(collection, here, attributes);
  if (lockedParts(above(editor, here)).element(collection.add)) lockViolation(editor);
  const parent = here.ensure();
  const before = anchor(collection, parent, last.position);
  editor.insert(parent, {name: collection.add, attributes, children: []}, before);
};

const remove = (editor: SectionEditor, path: EditPath): void => {
  const last = finalIndexer(path);
  const here = walk(editor, path.stations.slice(0, -1));
  const collection = here.schema.collection ?? fail(failure.noSuchElement);
  const item = select(collection, here.parts, last);
  if (here.own?.children.includes(item.element)) editor.remove(item.element);
  else takeOut(editor, here.ensure(), collection, item);
};

/** @throws ConfigFault when the section may not be written in that file */
export const checkWritable = (editor: SectionEditor, declaration: Declaration): void => {
  const {world, to} = editor;
  const layers = layersOf(world, to.target).filter(({rank}) => rank <= to.rank);
  const definable = isDefinable(declaration, to.target, {level: to.target.path, rank: to.rank});
  const locked = to.rank > apphostRank && isLocked(declaration, layers, to.target.path, to.rank);
  if (!definable || locked) throw new ConfigFault(to.file, 0, native.locked, win32.lockViolation);
  const own = editor.section();
  if (own?.attributes.some(({name}) => name === 'configSource')) {
    throw new ConfigFault(to.file, 0, native.readOnly, win32.accessDenied);
  }
};

const operations = {add, remove, set} as const;

/** Where the program does not see its own additions, everything that is selected must have been there before. */
const checkSelections = (editor: SectionEditor, edits: readonly SectionEdit[]): void => {
  for (const {kind, path} of edits) {
    const selecting = kind === 'remove' ? path.stations : path.stations.slice(0, -1);
    if (selecting.some((station) => station.kind === 'item')) walk(editor, selecting);
  }
};

/**
 * All edits or none: nothing is on disk until the commit.
 * @throws AppcmdFailure and ConfigFault
 */
export const editSection = (editor: SectionEditor, edits: readonly SectionEdit[]): void => {
  const {world, to} = editor;
  if (!world.description.behaviour.editsSeeEarlierAdds) checkSelections(editor, edits);
  for (const {kind, path} of edits) operations[kind](editor, path);
  checkCollections(schemaOf(to.section), visibleParts(editor));
};

/** Takes out what the path leads to, as far as it stands in this file: the whole section, an element of it, an item's. */
export const clearSection = (editor: SectionEditor, path: EditPath | undefined): void => {
  if (path) {
    const {own} = walk(editor, path.stations);
    if (own) editor.remove(own);
    return;
  }
  for (let section = editor.section(); section; section = editor.section()) editor.remove(section);
};

export const declarationOf = (editor: SectionEditor): Declaration =>
  declarationsOf(editor.world).get(editor.to.section) ?? fail(failure.unknownSection, editor.to.section);
