import type {CollectionSchema, ElementSchema} from './model.ts';
import type {SectionSchemas} from './sections.ts';

const mergedCollection = (
  one: CollectionSchema | undefined,
  other: CollectionSchema | undefined,
): CollectionSchema | undefined =>
  one && other && one.add === other.add ? {...other, item: merged(one.item, other.item)} : (other ?? one);

const merged = (one: ElementSchema, other: ElementSchema): ElementSchema => ({
  attributes: {...one.attributes, ...other.attributes},
  elements: {
    ...one.elements,
    ...Object.fromEntries(
      Object.entries(other.elements).map(([name, child]) => {
        const known = one.elements[name];
        return [name, known ? merged(known, child) : child];
      }),
    ),
  },
  collection: mergedCollection(one.collection, other.collection),
  ...((one.open || other.open) && {open: true}),
});

/**
 * What the other schemas say wins; what only the first ones know stays. Several files of a server may speak of one
 * section, and no schema file names what version 2.1 of URL Rewrite has added.
 */
export const mergeSchemas = (one: SectionSchemas, other: SectionSchemas): SectionSchemas => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([section, schema]) => {
      const known = Object.hasOwn(one, section) ? one[section] : undefined;
      return [section, known ? merged(known, schema) : schema];
    }),
  ),
});
