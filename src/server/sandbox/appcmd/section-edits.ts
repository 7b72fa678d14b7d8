import {illegalCharacter} from '../../../iis/text/characters.ts';
import type {XmlElement} from '../../../iis/text/xml-node.ts';
import {type Declaration, declarationsOf} from '../config/declarations.ts';
import {ConfigFault, native, win32} from '../config/fault.ts';
import {apphostRank, layersOf} from '../config/layers.ts';
import {isDefinable, isLocked, lockedParts} from '../config/locks.ts';
import {schemaOf} from '../config/schema.ts';
import {type CollectionSchema, type ElementSchema, keyNames} from '../config/schema-model.ts';
import type {SectionEditor} from '../config/section-editor.ts';
import {checkCollections, itemsOf, keyOf} from '../config/section-view.ts';
import {checkValue, sameValue} from '../config/values.ts';
import {fail} from './failure.ts';
import {type EditPath, type Indexer, parseEditPath} from './indexer.ts';
import {failure} from './messages.ts';
import {type Here, select, spelled, takeOut, visibleParts, walk} from './section-walk.ts';

export interface SectionEdit {
  readonly kind: 'add' | 'remove' | 'set';
  readonly path: EditPath;
}

// The real writer finds a character that XML does not allow only when it commits: until then it is carried along.
const withoutIllegal = (text: string): string =>
  [...text].map((char) => (illegalCharacter.test(char) ? '_' : char)).join('');

/** `+[..]`, `-[..]` or a selection with or without a value. */
export const parseEdit = (given: string): SectionEdit => {
  const text = withoutIllegal(given);
  if (text.startsWith('+')) return {kind: 'add', path: parseEditPath(text.slice(1))};
  if (text.startsWith('-')) return {kind: 'remove', path: parseEditPath(text.slice(1))};
  return {kind: 'set', path: parseEditPath(text)};
};

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
