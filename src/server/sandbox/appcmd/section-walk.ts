import {childNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {ConfigFault, native, win32} from '../config/fault.ts';
import {layersOf, scopesFor} from '../config/layers.ts';
import {schemaOf} from '../config/schema.ts';
import {type CollectionSchema, type ElementSchema, keyNames, openElement} from '../config/schema-model.ts';
import type {SectionEditor} from '../config/section-editor.ts';
import {type Item, inside, itemsOf, keyOf, type Part} from '../config/section-view.ts';
import {sectionElements} from '../config/topology.ts';
import {sameValue} from '../config/values.ts';
import {copyOf} from '../config/writer.ts';
import {fail} from './failure.ts';
import type {Indexer, Station} from './indexer.ts';
import {failure} from './messages.ts';

/** A place inside of the section: as it is effective, as it stands in the file that is edited, and how to make it stand there. */
export interface Here {
  readonly schema: ElementSchema;
  readonly parts: readonly Part[];
  readonly own: XmlElement | undefined;
  readonly ensure: () => XmlElement;
}

/** What the file that is edited and those above it say; what lies below is not read for a commit further up. */
export const visibleParts = (editor: SectionEditor): readonly Part[] => {
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

export const spelled = (names: readonly string[], name: string): string | undefined =>
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

export const select = (collection: CollectionSchema, parts: readonly Part[], indexer: Indexer): Item => {
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

export const takeOut = (
  editor: SectionEditor,
  parent: XmlElement,
  collection: CollectionSchema,
  item: Item,
): XmlElement => {
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

export const walk = (editor: SectionEditor, stations: readonly Station[]): Here =>
  stations.reduce(
    (here: Here, station) =>
      station.kind === 'item' ? enterItem(editor, here, station) : enterElement(editor, here, station.name),
    atSection(editor),
  );
