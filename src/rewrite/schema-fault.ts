import {type ElementSpec, specAttribute, specChildren} from '../iis/element-spec.ts';
import {unreachable} from '../kit/unreachable.ts';
import type {AttributeSchema, CollectionSchema, ElementSchema} from './schema.ts';

export interface SchemaFault {
  readonly reason: string;
  /** False where it is not known whether IIS refuses it: another letter case, a number in place of a name. */
  readonly certain: boolean;
}

const refused = (reason: string): readonly SchemaFault[] => [{reason, certain: true}];

const namedValueFault = (values: readonly string[], value: string): SchemaFault | undefined => {
  if (values.includes(value)) return undefined;
  const near = values.some((known) => known.toLowerCase() === value.toLowerCase()) || /^\d+$/.test(value);
  return {reason: `is "${value}", but must be one of ${values.join(', ')}`, certain: !near};
};

const integerFault = (schema: AttributeSchema & {type: 'integer'}, value: string): SchemaFault | undefined => {
  const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= schema.min && number <= schema.max)) {
    return {reason: `is "${value}", but must be an integer between ${schema.min} and ${schema.max}`, certain: true};
  }
  const {except} = schema;
  if (except && number >= except[0] && number <= except[1]) {
    return {reason: `is ${value}, but must not be between ${except[0]} and ${except[1]}`, certain: true};
  }
  return undefined;
};

const valueFault = (schema: AttributeSchema, value: string): SchemaFault | undefined => {
  switch (schema.type) {
    case 'string':
      if (schema.check === 'non-empty' && value === '') return {reason: 'must not be empty', certain: true};
      if (schema.check === 'trimmed' && value !== value.trim()) {
        return {reason: 'must not begin or end with white space', certain: true};
      }
      return undefined;
    case 'bool':
      if (/^(?:true|false)$/i.test(value)) return undefined;
      return {reason: `is "${value}", but must be true or false`, certain: !/^[01]$/.test(value)};
    case 'enum':
      return namedValueFault(schema.values, value);
    case 'flags':
      return value
        .split(',')
        .map((flag) => namedValueFault(schema.values, flag.trim()))
        .find((fault) => fault !== undefined);
    case 'integer':
      return integerFault(schema, value);
    default:
      return unreachable(schema);
  }
};

const attributeFaults = (element: ElementSpec, schema: ElementSchema): readonly SchemaFault[] => {
  const given = element.attributes.flatMap(([name, value]): readonly SchemaFault[] => {
    const attribute = Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined;
    if (!attribute) return refused(`<${element.name}> has the unknown attribute ${name}`);
    const fault = valueFault(attribute, value);
    return fault ? [{...fault, reason: `the attribute ${name} of <${element.name}> ${fault.reason}`}] : [];
  });
  const missing = Object.entries(schema.attributes).flatMap(([name, attribute]) =>
    attribute.type === 'string' && attribute.required && specAttribute(element, name) === undefined
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
    const initial = attribute && 'initial' in attribute ? String(attribute.initial) : '';
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

const childFaults = (element: ElementSpec, schema: ElementSchema): readonly SchemaFault[] => {
  const {collection} = schema;
  return element.children.flatMap((child) => {
    if (child.name === collection?.add) return schemaFaults(child, collection.item);
    const childSchema = Object.hasOwn(schema.elements, child.name) ? schema.elements[child.name] : undefined;
    if (!childSchema) return refused(`<${element.name}> has the unknown element <${child.name}>`);
    return schemaFaults(child, childSchema);
  });
};

/** Why IIS would refuse to read the element: unknown names, values outside their type, duplicates. Empty is good. */
export const schemaFaults = (element: ElementSpec, schema: ElementSchema): readonly SchemaFault[] => {
  const {collection} = schema;
  const items = collection ? specChildren(element, collection.add) : [];
  const duplicates = collection ? duplicatesIn(items, {element: (item) => item, collection}) : [];
  return [
    ...attributeFaults(element, schema),
    ...childFaults(element, schema),
    ...duplicates.flatMap(({again}) => refused(`<${element.name}> holds the same <${again.name}> twice`)),
  ];
};
