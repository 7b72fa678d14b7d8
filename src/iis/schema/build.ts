import type {AttributeSchema, CollectionSchema, ElementSchema} from './model.ts';

/* Short words in which the tables beside this file are written. */

export const text: AttributeSchema = {type: 'string'};
export const nonEmpty: AttributeSchema = {type: 'string', check: 'non-empty'};
export const yes: AttributeSchema = {type: 'bool', initial: true};
export const no: AttributeSchema = {type: 'bool', initial: false};

export const without = (forbidden: string): AttributeSchema => ({type: 'string', forbidden});

export const required = <A extends AttributeSchema>(attribute: A): A & {readonly required: true} => ({
  ...attribute,
  required: true,
});

/** @param values the first one is what holds where nothing is said */
export const oneOf = (...values: readonly string[]): AttributeSchema => ({type: 'enum', initial: values[0], values});

export const someOf = (initial: string, ...values: readonly string[]): AttributeSchema => ({
  type: 'flags',
  initial,
  values,
});

export const unsigned = (initial: number | undefined, min = 0, max = 0xffff_ffff): AttributeSchema => ({
  type: 'integer',
  initial,
  min,
  max,
});

/** @param range seconds: from, to, step */
export const timeSpan = (initial: string | undefined, ...range: readonly [number, number, number]): AttributeSchema => {
  const [min, max, step] = range;
  return {type: 'time-span', initial, min, max, step};
};

export const element = (
  attributes: ElementSchema['attributes'],
  rest: {readonly elements?: ElementSchema['elements']; readonly collection?: CollectionSchema} = {},
): ElementSchema => ({attributes, elements: rest.elements ?? {}, collection: rest.collection});

/** A collection with `<remove>` and `<clear />`; its keys are the attributes that must be there. */
export const listOf = (
  add: string,
  item: ElementSchema,
  keys: readonly string[] = Object.keys(item.attributes).slice(0, 1),
): CollectionSchema => ({add, remove: 'remove', clear: 'clear', item, keys, ordered: true});
