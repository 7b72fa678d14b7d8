import {ParsedDocument} from './parsed-document.ts';
import type {XmlDocument} from './xml-node.ts';

/** Where two texts differ: both are equal before `from`, and behind `toBefore` in the one and `toAfter` in the other. */
export interface ChangedStretch {
  readonly from: number;
  readonly toBefore: number;
  readonly toAfter: number;
}

/** Compares from both ends. */
export const stretchOfTexts = (before: string, after: string): ChangedStretch => {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let same = 0;
  while (
    same < shorter - from &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same++;
  }
  return {from, toBefore: before.length - same, toAfter: after.length - same};
};

/** An edited document shares its unchanged pieces with the one that it was made from: there is nothing to compare. */
export const changedStretch = (before: XmlDocument, after: XmlDocument): ChangedStretch => {
  const shared =
    before instanceof ParsedDocument && after instanceof ParsedDocument ? sharedEnds(before, after) : undefined;
  return shared ?? stretchOfTexts(before.text, after.text);
};

const sharedEnds = (before: ParsedDocument, after: ParsedDocument): ChangedStretch | undefined => {
  const [whole, ...more] = before.pieces;
  const first = after.pieces[0];
  const last = after.pieces.at(-1);
  if (!whole || more.length > 0 || !first || !last || first === last) return undefined;
  if (first.text !== whole.text || last.text !== whole.text || first.from !== 0) return undefined;
  if (last.from + last.length !== whole.text.length) return undefined;
  return {from: first.length, toBefore: last.from, toAfter: last.start};
};
