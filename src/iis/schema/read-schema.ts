import {attributeValue, childrenNamed, type XmlElement} from '../text/xml-node.ts';
import type {AttributeSchema, CollectionSchema, ElementSchema} from './model.ts';
import type {SectionSchemas} from './sections.ts';

/*
 * The schema files of IIS itself: <configSchema> with a <sectionSchema> for each section, <element>, <attribute> and
 * <collection> inside. What is not understood is left open: a schema may let pass too much, never too little.
 */

const isTrue = (element: XmlElement, name: string): boolean => attributeValue(element, name)?.toLowerCase() === 'true';

const namesOf = (attribute: XmlElement, kind: 'enum' | 'flag'): readonly string[] =>
  childrenNamed(attribute, kind).map((one) => attributeValue(one, 'name') ?? '');

const limits = {
  uint: [0, 0xffff_ffff],
  int: [-0x8000_0000, 0x7fff_ffff],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
} as const;

const isInteger = (type: string): type is keyof typeof limits => Object.hasOwn(limits, type);

/** `10,65535` or `300,307,exclude`. */
const integer = (type: keyof typeof limits, attribute: XmlElement): AttributeSchema => {
  const [lowest, highest] = limits[type];
  const given = attributeValue(attribute, 'defaultValue');
  const initial = given === undefined ? undefined : Number(given);
  const whole = {type: 'integer', initial, min: lowest, max: highest} as const;
  if (attributeValue(attribute, 'validationType') !== 'integerRange') return whole;
  const [from = '', to = '', kind] = (attributeValue(attribute, 'validationParameter') ?? '').split(',');
  const [min, max] = [Number(from), Number(to)];
  if (from === '' || to === '' || Number.isNaN(min) || Number.isNaN(max)) return whole;
  return kind?.trim() === 'exclude' ? {...whole, except: [min, max]} : {...whole, min, max};
};

/** `0,2592000,60`: from, to and step in seconds. */
const timeSpan = (attribute: XmlElement): AttributeSchema => {
  const [min = 0, max = Number.MAX_SAFE_INTEGER, step = 1] = (attributeValue(attribute, 'validationParameter') ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map(Number);
  return {type: 'time-span', initial: attributeValue(attribute, 'defaultValue'), min, max, step};
};

/** Characters that the validators of names forbid. */
const forbidden: Readonly<Record<string, string>> = {applicationPoolName: '|<>&"/[]+=;:,?*@', siteName: '/?'};

const plainText = (attribute: XmlElement): AttributeSchema => {
  const validation = attributeValue(attribute, 'validationType') ?? '';
  if (validation === 'nonEmptyString') return {type: 'string', check: 'non-empty'};
  if (validation === 'requireTrimmedString') return {type: 'string', check: 'trimmed'};
  const characters = Object.hasOwn(forbidden, validation) ? forbidden[validation] : undefined;
  return characters === undefined ? {type: 'string'} : {type: 'string', forbidden: characters};
};

const typed = (attribute: XmlElement): AttributeSchema => {
  const type = attributeValue(attribute, 'type') ?? 'string';
  const initial = attributeValue(attribute, 'defaultValue');
  if (isInteger(type)) return integer(type, attribute);
  switch (type) {
    case 'bool':
      return {type: 'bool', initial: initial === undefined ? undefined : initial.toLowerCase() === 'true'};
    case 'enum':
      return {type: 'enum', initial, values: namesOf(attribute, 'enum')};
    case 'flags':
      return {type: 'flags', initial: initial ?? '', values: namesOf(attribute, 'flag')};
    case 'timeSpan':
      return timeSpan(attribute);
    default:
      return plainText(attribute);
  }
};

const attributesOf = (owner: XmlElement): ElementSchema['attributes'] =>
  Object.fromEntries(
    childrenNamed(owner, 'attribute').map((attribute) => {
      const schema = typed(attribute);
      return [
        attributeValue(attribute, 'name') ?? '',
        isTrue(attribute, 'required') ? {...schema, required: true} : schema,
      ];
    }),
  );

const optional = <K extends 'remove' | 'clear' | 'defaults'>(name: K, value: string | undefined) =>
  value === undefined ? {} : ({[name]: value} as const);

const collectionOf = (collection: XmlElement): CollectionSchema => {
  const keys = childrenNamed(collection, 'attribute')
    .filter((attribute) => isTrue(attribute, 'isUniqueKey') || isTrue(attribute, 'isCombinedKey'))
    .map((attribute) => attributeValue(attribute, 'name') ?? '');
  return {
    add: attributeValue(collection, 'addElement') ?? 'add',
    ...optional('remove', attributeValue(collection, 'removeElement')),
    ...optional('clear', attributeValue(collection, 'clearElement')),
    ...optional('defaults', attributeValue(collection, 'defaultElement')),
    item: elementOf(collection),
    keys: isTrue(collection, 'allowDuplicates') ? [] : keys,
    ordered: true,
  };
};

const elementOf = (owner: XmlElement): ElementSchema => {
  const [collection, ...more] = childrenNamed(owner, 'collection');
  // Several names for one item, or several collections in one element: rare, and let pass.
  const several = more.length > 0 || (collection && attributeValue(collection, 'addElement')?.includes(','));
  const isOpen = several || isTrue(owner, 'allowUnrecognizedAttributes');
  return {
    attributes: attributesOf(owner),
    elements: Object.fromEntries(
      childrenNamed(owner, 'element').map((child) => [attributeValue(child, 'name') ?? '', elementOf(child)]),
    ),
    collection: collection && !several ? collectionOf(collection) : undefined,
    ...(isOpen && {open: true}),
  };
};

/** The sections that one schema file describes. @param root its <configSchema> */
export const readSchema = (root: XmlElement): SectionSchemas =>
  Object.fromEntries(
    childrenNamed(root, 'sectionSchema').map((section) => [attributeValue(section, 'name') ?? '', elementOf(section)]),
  );
