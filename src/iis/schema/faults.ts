import {type ElementSpec, specAttribute, specChildren} from '../element-spec.ts';
import type {CollectionSchema, ElementSchema} from './model.ts';
import {type ValueFault, valueFault} from './value-fault.ts';

export interface SchemaFault extends ValueFault {
  /** The way from the element to the one that is at fault: the number of each child, from 0; empty: itself. */
  readonly at: readonly number[];
}

const refused = (reason: string, at: readonly number[] = []): readonly SchemaFault[] => [{reason, certain: true, at}];

/** Attributes that every element of the configuration may have. */
const generic: ReadonlySet<string> = new Set([
  'lockItem',
  'lockAttributes',
  'lockElements',
  'lockAllAttributesExcept',
  'lockAllElementsExcept',
  'configSource',
  'childSource',
  'configProtectionProvider',
  'xmlns',
]);

const isGeneric = (name: string): boolean => generic.has(name) || name.includes(':');

const attributeFaults = (element: ElementSpec, schema: ElementSchema): readonly SchemaFault[] => {
  const given = element.attributes.flatMap(([name, value]): readonly SchemaFault[] => {
    const attribute = Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined;
    if (!attribute && (schema.open || isGeneric(name))) return [];
    if (!attribute) return refused(`<${element.name}> has the unknown attribute ${name}`);
    const fault = valueFault(attribute, value);
    return fault ? [{...fault, reason: `the attribute ${name} of <${element.name}> ${fault.reason}`, at: []}] : [];
  });
  const missing = Object.entries(schema.attributes).flatMap(([name, attribute]) =>
    attribute.required && specAttribute(element, name) === undefined
      ? refused(`<${element.name}> lacks the attribute ${name}`)
      : [],
  );
  return [...given, ...missing];
};

/** The key of an item among its siblings. Only the key of a rewrite map is case-sensitive, by the schema. */
const keyOf = (item: ElementSpec, {add, keys, item: schema}: CollectionSchema): string | undefined => {
  if (keys.length === 0) return undefined;
  const values = keys.map((key) => {
    const attribute = schema.attributes[key];
    const initial = attribute && 'initial' in attribute ? String(attribute.initial ?? '') : '';
    return specAttribute(item, key) ?? initial;
  });
  const key = JSON.stringify(values);
  return add === 'add' && keys.includes('key') ? key : key.toLowerCase();
};

/** The first of each pair of items that have one key: IIS refuses to read a collection that holds both. */
export const duplicatesIn = <T>(
  items: readonly T[],
  {element, collection}: {element: (item: T) => ElementSpec; collection: CollectionSchema},
): readonly {readonly first: T; readonly again: T}[] => {
  const seen = new Map<string, T>();
  return items.flatMap((item) => {
    const key = keyOf(element(item), collection);
    if (key === undefined) return [];
    const first = seen.get(key);
    if (first !== undefined) return [{first, again: item}];
    seen.set(key, item);
    return [];
  });
};

/** Attributes of defaults are those of an item, none of which has to be there. */
const withoutKeys = (item: ElementSchema): ElementSchema => ({
  ...item,
  attributes: Object.fromEntries(
    Object.entries(item.attributes).map(([name, {required: _, ...attribute}]) => [name, attribute]),
  ),
});

const schemaOfChild = (name: string, {collection, elements, open}: ElementSchema): ElementSchema | undefined => {
  if (collection && name === collection.add) return collection.item;
  if (collection && name === collection.defaults) return withoutKeys(collection.item);
  if (Object.hasOwn(elements, name)) return elements[name];
  const takesAway = name === collection?.remove || name === collection?.clear;
  return open || takesAway ? anything : undefined;
};

const anything: ElementSchema = {attributes: {}, elements: {}, collection: undefined, open: true};

const childFaults = (element: ElementSpec, schema: ElementSchema): readonly SchemaFault[] =>
  element.children.flatMap((child, index) => {
    const childSchema = schemaOfChild(child.name, schema);
    if (!childSchema) return refused(`<${element.name}> has the unknown element <${child.name}>`, [index]);
    return schemaFaults(child, childSchema).map((fault) => ({...fault, at: [index, ...fault.at]}));
  });

const duplicateFaults = (element: ElementSpec, {collection}: ElementSchema): readonly SchemaFault[] => {
  // What is taken away again may be added once more: only the order tells, and effective collections know it.
  if (!collection || element.children.some(({name}) => name === collection.remove || name === collection.clear))
    return [];
  const items = specChildren(element, collection.add);
  return duplicatesIn(items, {element: (item) => item, collection}).flatMap(({again}) =>
    refused(`<${element.name}> holds the same <${again.name}> twice`, [element.children.indexOf(again)]),
  );
};

/** Why IIS would refuse to read the element: unknown names, values outside their type, duplicates. Empty is good. */
export const schemaFaults = (element: ElementSpec, schema: ElementSchema): readonly SchemaFault[] => [
  ...attributeFaults(element, schema),
  ...childFaults(element, schema),
  ...duplicateFaults(element, schema),
];
