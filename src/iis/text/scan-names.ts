import {behindName, fail, type Scanned} from './scan-tag.ts';

/* Names are compared where they stand: making a string of every one would cost more than the whole scan. */

const sameUnits = (text: string, one: number, other: number, length: number): boolean => {
  for (let index = 0; index < length; index++) {
    if (text.charCodeAt(one + index) !== text.charCodeAt(other + index)) return false;
  }
  return true;
};

/** Whether the name at `start` is the `length` units at `other` and nothing more. */
export const isName = (text: string, start: number, other: number, length: number): boolean =>
  sameUnits(text, start, other, length) && behindName(text, start + length) === start + length;

/** The name of the start tag at `start`. */
export const nameAt = (text: string, start: number): string => text.slice(start + 1, behindName(text, start + 1));

export const hasColon = (text: string, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 0x3a) return true;
  return false;
};

export const isXmlns = (text: string, from: number, to: number): boolean =>
  to - from === 5 && text.startsWith('xmlns', from);

/** @param names begin and end of the name of each attribute of one start tag, which begins at `start` */
export const checkTwins = (scanned: Scanned & {readonly at: number}, names: readonly number[], start: number): void => {
  const {text} = scanned;
  for (let one = 2; one < names.length; one += 2) {
    const from = names[one] ?? 0;
    const length = (names[one + 1] ?? 0) - from;
    for (let other = 0; other < one; other += 2) {
      const otherFrom = names[other] ?? 0;
      if ((names[other + 1] ?? 0) - otherFrom !== length || !sameUnits(text, otherFrom, from, length)) continue;
      const name = text.slice(from, from + length);
      fail(scanned, `the attribute ${name} stands twice in <${nameAt(text, start)}>`, from, scanned.at);
    }
  }
};
