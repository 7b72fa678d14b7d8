/*
 * What a section of the configuration may hold, as data: the tables beside this file, URL Rewrite's, and what the schema
 * files of a server say are all of this shape.
 */

export type AttributeSchema = (
  | {
      readonly type: 'string';
      readonly check?: 'non-empty' | 'trimmed';
      /** Characters that the value may not hold. */
      readonly forbidden?: string;
    }
  | {readonly type: 'bool'; readonly initial: boolean | undefined}
  | {readonly type: 'enum'; readonly initial: string | undefined; readonly values: readonly string[]}
  | {readonly type: 'flags'; readonly initial: string; readonly values: readonly string[]}
  | {
      readonly type: 'integer';
      readonly initial: number | undefined;
      readonly min: number;
      readonly max: number;
      /** Inside of the range, yet refused. */
      readonly except?: readonly [from: number, to: number];
    }
  | {
      readonly type: 'time-span';
      readonly initial: string | undefined;
      /** Seconds, and the step in which they count. */
      readonly min: number;
      readonly max: number;
      readonly step: number;
    }
) & {readonly required?: true};

export interface CollectionSchema {
  /** Name of the element that adds an item. */
  readonly add: string;
  readonly remove?: string;
  readonly clear?: string;
  /** The element that stands among the items and holds what their attributes are where they say nothing. */
  readonly defaults?: string;
  readonly item: ElementSchema;
  /** The attributes that tell two items apart; none: the same item may stand twice. */
  readonly keys: readonly string[];
  /** False where the order of the items changes nothing. */
  readonly ordered: boolean;
}

export interface ElementSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  /** Children that stand at most once, in whatever order. */
  readonly elements: Readonly<Record<string, ElementSchema>>;
  readonly collection: CollectionSchema | undefined;
  /** Any attribute and any element may stand there beside those that are known. */
  readonly open?: true;
}
