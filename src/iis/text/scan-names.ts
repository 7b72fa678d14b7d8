import {behindName, fail, type Scanned} from './scan-tag.ts';

/* Names are compared where they stand: making a string of every one would cost more than the whole scan. */

const sameBytes = (bytes: Uint8Array, one: number, other: number, length: number): boolean => {
  for (let index = 0; index < length; index++) {
    if (bytes[one + index] !== bytes[other + index]) return false;
  }
  return true;
};

/** Whether the name at `start` is the `length` bytes at `other` and nothing more. */
export const isName = (scanned: Scanned, start: number, other: number, length: number): boolean =>
  sameBytes(scanned.bytes, start, other, length) && behindName(scanned, start + length) === start + length;

/** The name of the start tag at `start`. */
export const nameAt = (scanned: Scanned, start: number): string =>
  scanned.bytes.toString('utf8', start + 1, behindName(scanned, start + 1));

export const isXmlns = (bytes: Buffer, from: number, to: number): boolean =>
  to - from === 5 && bytes[from] === 0x78 && bytes.toString('latin1', from, to) === 'xmlns';

/** @param names begin and end of the name of each attribute of one start tag, which begins at `start` */
export const checkTwins = (scanned: Scanned & {readonly at: number}, names: readonly number[], start: number): void => {
  const {bytes} = scanned;
  for (let one = 2; one < names.length; one += 2) {
    const from = names[one] ?? 0;
    const length = (names[one + 1] ?? 0) - from;
    for (let other = 0; other < one; other += 2) {
      const otherFrom = names[other] ?? 0;
      if ((names[other + 1] ?? 0) - otherFrom !== length || !sameBytes(bytes, otherFrom, from, length)) continue;
      const name = bytes.toString('utf8', from, from + length);
      fail(scanned, `the attribute ${name} stands twice in <${nameAt(scanned, start)}>`, from, scanned.at);
    }
  }
};
