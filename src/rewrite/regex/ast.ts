import type {CharSet} from './char-set.ts';

/* A pattern of ECMAScript (no flags but i) as a tree. */

export type RegexNode =
  | {readonly type: 'empty'}
  /** One unit of the set; letter case is in the set already. */
  | {readonly type: 'unit'; readonly set: CharSet}
  | {readonly type: 'sequence'; readonly items: readonly RegexNode[]}
  | {readonly type: 'choice'; readonly options: readonly RegexNode[]}
  /** `index` of the capture; undefined: `(?:...)`. */
  | {readonly type: 'group'; readonly index: number | undefined; readonly item: RegexNode}
  | {
      readonly type: 'repeat';
      readonly item: RegexNode;
      readonly min: number;
      /** Infinity: without end. */
      readonly max: number;
      readonly greedy: boolean;
      /** Captures inside of it, which each round forgets: [first, behind last). */
      readonly captures: readonly [number, number];
    }
  | {
      readonly type: 'look';
      readonly direction: 'ahead' | 'behind';
      readonly negate: boolean;
      readonly item: RegexNode;
    }
  | {readonly type: 'assert'; readonly kind: 'start' | 'end' | 'word' | 'not-word'}
  | {readonly type: 'back-reference'; readonly index: number};

export interface Regex {
  readonly root: RegexNode;
  /** Number of captures, the whole match not counted. */
  readonly captures: number;
  readonly ignoreCase: boolean;
}
