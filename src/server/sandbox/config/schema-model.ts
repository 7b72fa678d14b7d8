/*
 * What a configuration section may hold. The tables beside this file say it for the sections that the simulated
 * programs check; every other declared section is open: whatever stands there is accepted as it is.
 */

export interface AttributeSchema {
  readonly type: 'string' | 'bool' | 'enum' | 'flags' | 'uint' | 'int' | 'int64' | 'timeSpan';
  /** Names of an enum or of flags, spelled as IIS writes them. */
  readonly values?: readonly string[];
  readonly default?: string;
  readonly required?: true;
  readonly key?: 'unique' | 'combined';
  readonly caseSensitive?: true;
  /** Inclusive; `exclude`: what lies between is what is forbidden. Seconds in a time span. */
  readonly range?: {readonly from: number; readonly to: number; readonly exclude?: true};
  readonly nonEmpty?: true;
  readonly trimmed?: true;
  /** Characters that a value may not contain. */
  readonly forbidden?: string;
}

export interface CollectionSchema {
  readonly add: string;
  readonly remove?: string;
  readonly clear?: string;
  /** The element that holds the defaults of the items; it stands among them but is none. */
  readonly defaults?: string;
  readonly item: ElementSchema;
}

export interface ElementSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly elements: Readonly<Record<string, ElementSchema>>;
  readonly collection?: CollectionSchema;
  /** Nothing is known of it: any attribute and any element passes. */
  readonly open?: true;
}

export type Attributes = Readonly<Record<string, AttributeSchema>>;

type Extra = Omit<AttributeSchema, 'type' | 'values'>;

export const text = (extra: Extra = {}): AttributeSchema => ({type: 'string', ...extra});
export const flag = (byDefault: boolean, extra: Extra = {}): AttributeSchema => ({
  type: 'bool',
  default: String(byDefault),
  ...extra,
});
/** The first name is the default. */
export const oneOf = (values: readonly string[], extra: Extra = {}): AttributeSchema => ({
  type: 'enum',
  values,
  ...(values[0] === undefined ? {} : {default: values[0]}),
  ...extra,
});
export const someOf = (values: readonly string[], byDefault: string): AttributeSchema => ({
  type: 'flags',
  values,
  default: byDefault,
});
export const uint = (extra: Extra = {}): AttributeSchema => ({type: 'uint', ...extra});
export const timeSpan = (byDefault: string, from: number, to: number): AttributeSchema => ({
  type: 'timeSpan',
  default: byDefault,
  range: {from, to},
});

export const element = (
  attributes: Attributes,
  rest: {elements?: Readonly<Record<string, ElementSchema>>; collection?: CollectionSchema} = {},
): ElementSchema => ({attributes, elements: {}, ...rest});

/** A collection with `<clear />` and `<remove />`, as most are. */
export const listOf = (add: string, item: ElementSchema): CollectionSchema => ({
  add,
  remove: 'remove',
  clear: 'clear',
  item,
});

/** A collection to which items can only be added. */
export const bareListOf = (add: string, item: ElementSchema): CollectionSchema => ({add, item});

export const openElement: ElementSchema = {attributes: {}, elements: {}, open: true};
/** A section of which only this is known: `add` elements without a key, `remove` and `clear`. */
export const openSection: ElementSchema = {
  attributes: {},
  elements: {},
  collection: listOf('add', openElement),
  open: true,
};

export const keyNames = (schema: ElementSchema): readonly string[] =>
  Object.entries(schema.attributes)
    .filter(([, attribute]) => attribute.key !== undefined)
    .map(([name]) => name);
