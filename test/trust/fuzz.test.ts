import {expect, test} from 'vitest';
import {trustCodes} from '../../src/trust/reject.ts';
import {cpuTime} from '../support/cpu-time.ts';
import {c14n, config, dsig, enveloped, forge, transform, verifyText} from '../support/forge-feed.ts';
import {fc} from '../support/properties.ts';

/*
 * The structure of a genuine feed, taken apart into tags and texts and put together otherwise. Whatever comes out is refused for a reason
 * that has a code, soon; what is accepted says what the genuine feed says.
 */

const genuine = forge({content: config('M1') + config('M2', 'x &amp; y')});
const tokens = genuine.match(/<[^>]*>|[^<]+/g) ?? [];
const told = verifyText(genuine);
const original = told.verified ? told.feed.xml : '';

const fragments = [
  ...tokens,
  config('M9'),
  genuine,
  genuine.replace(/^<\?xml[^>]*>/, ''),
  `<Signature xmlns="${dsig}"></Signature>`,
  `<Signature xmlns="urn:x"/>`,
  `<x:Reference xmlns:x="${dsig}" URI=""></x:Reference>`,
  transform(c14n),
  transform(enveloped),
  '<!-- x -->',
  '<![CDATA[x]]>',
  '<?x y?>',
  '<!DOCTYPE EOCS>',
  '&amp;',
  '&x;',
  '\u0000',
  '\uFEFF',
  ' ',
  ']]>',
  '<',
  '>',
  '"',
];

type Edit = (list: readonly string[]) => readonly string[];
const place = fc.nat({max: tokens.length});
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...fragments)).map(
    ([at, text]): Edit =>
      (list) =>
        list.toSpliced(at, 0, text),
  ),
  fc.tuple(place, fc.integer({min: 1, max: 8})).map(
    ([at, count]): Edit =>
      (list) =>
        list.toSpliced(at, count),
  ),
  fc.tuple(place, fc.integer({min: 1, max: 40}), place).map(
    ([from, count, to]): Edit =>
      (list) =>
        list.toSpliced(to, 0, ...list.slice(from, from + count)),
  ),
  fc.tuple(place, fc.integer({min: 1, max: 40}), place).map(
    ([from, count, to]): Edit =>
      (list) => {
        const moved = list.slice(from, from + count);
        return list.toSpliced(from, count).toSpliced(to, 0, ...moved);
      },
  ),
  fc.tuple(place, place).map(
    ([one, other]): Edit =>
      (list) => {
        const [a, b] = [list[one] ?? '', list[other] ?? ''];
        return list.with(Math.min(one, list.length - 1), b).with(Math.min(other, list.length - 1), a);
      },
  ),
  fc
    .tuple(
      place,
      fc.constantFrom('id="M9"', 'Id="x"', 'xmlns="urn:x"', `xmlns:ds="${dsig}"`, 'URI="#x"', '__proto__=""'),
    )
    .map(
      ([at, attribute]): Edit =>
        (list) => {
          const tag = list[at] ?? '';
          return list.with(Math.min(at, list.length - 1), tag.replace(/^<(\w+)/, `<$1 ${attribute}`));
        },
    ),
);

test('no rearrangement of a genuine feed is accepted with other content, crashes the verifier or keeps it busy', () => {
  expect(original).toContain('x &amp; y');
  const codes = new Set<string>();
  fc.assert(
    fc.property(fc.array(edit, {minLength: 1, maxLength: 6}), (edits) => {
      const text = edits.reduce<readonly string[]>((list, change) => change(list), tokens).join('');
      let verification = told;
      const spent = cpuTime(() => {
        verification = verifyText(text);
      });
      expect(spent).toBeLessThan(1000);
      codes.add(verification.code);
      if (verification.verified) expect(verification.feed.xml).toBe(original);
      else expect(trustCodes).toContain(verification.code);
    }),
    {numRuns: 2000},
  );
  // Reached deep enough to mean something: many stages had their say.
  expect(codes.size).toBeGreaterThan(8);
}, 120_000);
