import {expect, test} from 'vitest';
import {LineCounter} from '../../src/iis/text/line-counter.ts';
import {fc} from '../support/properties.ts';

/** Line ends that are over before an offset. */
const counted = (text: string, offset: number): number =>
  [...text.matchAll(/\r\n|\n|\r/g)].filter((end) => end.index + end[0].length <= offset).length;

test('line ends are counted alike in whatever order the places are asked for', () => {
  const part = fc.constantFrom('\n', '\r', '\r\n', 'a', 'some text', '\n'.repeat(1500));
  const text = fc.array(part, {maxLength: 60}).map((parts) => parts.join(''));
  const ranges = fc.array(fc.tuple(fc.nat(4000), fc.nat(4000)), {minLength: 1, maxLength: 20});
  fc.assert(
    fc.property(text, ranges, (value, asked) => {
      const counter = new LineCounter(value);
      for (const [a, b] of asked) {
        const [from, to] = [Math.min(a, b, value.length), Math.min(Math.max(a, b), value.length)];
        expect(counter.between(from, to)).toBe(counted(value, to) - counted(value, from));
      }
    }),
  );
});
