import {type ElementSpec, specAttribute, specChild, specChildren} from '../iis/element-spec.ts';
import type {AttributeSchema, ElementSchema} from '../iis/schema/model.ts';
import {unreachable} from '../kit/unreachable.ts';

/** What a value means: booleans and numbers in one spelling, flags in one order. What is not valid stays as it is. */
export const normalValue = (schema: AttributeSchema, value: string): string => {
  switch (schema.type) {
    case 'string':
    case 'enum':
    case 'time-span':
      return value;
    case 'bool':
      return /^(?:true|false)$/i.test(value) ? value.toLowerCase() : value;
    case 'integer':
      return /^-?\d{1,15}$/.test(value) ? String(Number(value)) : value;
    case 'flags':
      return value
        .split(',')
        .map((flag) => flag.trim())
        .toSorted()
        .join(', ');
    default:
      return unreachable(schema);
  }
};

/** The value that holds where an attribute is absent: an absent text is an empty one. */
export const initialValue = (schema: AttributeSchema): string | undefined => {
  switch (schema.type) {
    case 'string':
      return '';
    case 'enum':
    case 'flags':
    case 'time-span':
      return schema.initial;
    case 'bool':
    case 'integer':
      return schema.initial === undefined ? undefined : String(schema.initial);
    default:
      return unreachable(schema);
  }
};

/** The value of an attribute, by default or as given; '' where the schema knows none. */
export const effectiveValue = (element: ElementSpec | undefined, name: string, schema: ElementSchema): string => {
  const attribute = schema.attributes[name];
  if (!attribute) throw new RangeError(`the schema has no attribute ${name}`);
  const given = element && specAttribute(element, name);
  return given === undefined ? (initialValue(attribute) ?? '') : normalValue(attribute, given);
};

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : a > b ? 1 : 0);

const normalAttributes = (element: ElementSpec, schema: ElementSchema): ElementSpec['attributes'] => {
  const known = Object.entries(schema.attributes).flatMap(([name, attribute]): (readonly [string, string])[] => {
    const given = specAttribute(element, name);
    const value = given === undefined ? initialValue(attribute) : normalValue(attribute, given);
    return value === undefined ? [] : [[name, value]];
  });
  const unknown = element.attributes.filter(([name]) => !Object.hasOwn(schema.attributes, name));
  return [...known, ...unknown].toSorted(byName);
};

/** A list that holds nothing decides nothing, whether it stands there or not. */
const isEmptyList = (element: ElementSpec, schema: ElementSchema): boolean =>
  schema.collection !== undefined && element.children.length === 0;

const normalItems = (element: ElementSpec, schema: ElementSchema): readonly ElementSpec[] => {
  const {collection} = schema;
  if (!collection) return [];
  const items = specChildren(element, collection.add).map((item) => normalForm(item, collection.item));
  return collection.ordered ? items : items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
};

/**
 * An element with defaults filled in, attributes by name, and children that stand once in the schema's order: two
 * spellings of one meaning become equal. Collections keep their order where the order means something, and what the
 * schema does not know is kept as it is.
 */
export const normalForm = (element: ElementSpec, schema: ElementSchema): ElementSpec => {
  const single = Object.entries(schema.elements).flatMap(([name, childSchema]) => {
    const child = specChild(element, name) ?? {name, attributes: [], children: []};
    return isEmptyList(child, childSchema) ? [] : [normalForm(child, childSchema)];
  });
  const add = schema.collection?.add;
  const others = element.children.filter(
    (child, index, all) =>
      child.name !== add &&
      (!Object.hasOwn(schema.elements, child.name) || all.findIndex(({name}) => name === child.name) !== index),
  );
  return {
    name: element.name,
    attributes: normalAttributes(element, schema),
    children: [...single, ...normalItems(element, schema), ...others],
  };
};
