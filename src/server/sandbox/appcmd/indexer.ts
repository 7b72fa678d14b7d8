import {fail} from './failure.ts';
import {failure} from './messages.ts';

/** `[@position,name='value',...]` */
export interface Indexer {
  readonly position: 'start' | 'end' | number | undefined;
  readonly values: readonly (readonly [name: string, value: string])[];
}

/** One station on the way from a section to what is edited. */
export type Station = {readonly kind: 'element'; readonly name: string} | ({readonly kind: 'item'} & Indexer);

export interface EditPath {
  readonly stations: readonly Station[];
  /** What follows the first colon outside of an indexer, raw to the end of the argument. */
  readonly value: string | undefined;
}

const positionOf = (word: string): Indexer['position'] => {
  if (word === 'start' || word === 'end') return word;
  return /^\d+$/.test(word) ? Number(word) : fail(failure.malformedIndexer);
};

interface Read {
  readonly indexer: Indexer;
  /** Behind the closing bracket. */
  readonly end: number;
}

// There is no known way to write an apostrophe inside of a value: the first one ends it.
const item = /\s*([^\s=,\]'@]+)\s*=\s*'([^']*)'\s*/uy;
const position = /\s*@([A-Za-z0-9]+)\s*/uy;

const match = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Reads the indexer whose opening bracket stands at `start`. */
const readIndexer = (text: string, start: number): Read => {
  let at = start + 1;
  const values: (readonly [string, string])[] = [];
  const first = match(position, text, at);
  if (first) at += first[0].length;
  let expectsItem = !first;
  for (;;) {
    if (!expectsItem && text[at] === ']') break;
    if (!expectsItem && text[at] === ',') at++;
    const found = match(item, text, at);
    if (!found) return fail(failure.malformedIndexer);
    values.push([found[1] ?? '', found[2] ?? '']);
    at += found[0].length;
    expectsItem = false;
  }
  return {indexer: {position: first ? positionOf(first[1] ?? '') : undefined, values}, end: at + 1};
};

/** Reads `element.[key='v'].attr:value` and everything shorter. */
export const parseEditPath = (text: string): EditPath => {
  const stations: Station[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === ':') return {stations, value: text.slice(at + 1)};
    if (text[at] === '.') at++;
    else if (text[at] === '[') {
      const {indexer, end} = readIndexer(text, at);
      stations.push({kind: 'item', ...indexer});
      at = end;
    } else {
      const name = /^[^.:[\]]+/.exec(text.slice(at))?.[0];
      if (name === undefined) return fail(failure.malformedIndexer);
      stations.push({kind: 'element', name});
      at += name.length;
    }
  }
  return {stations, value: undefined};
};
