import {describe, expect, test} from 'vitest';
import {compilePattern} from '../../src/rewrite/compile-pattern.ts';
import {defaultBudget, matchWithin} from '../../src/rewrite/match-within.ts';
import {fc} from '../support/properties.ts';

const pattern = (text: string, ignoreCase = true): ReturnType<typeof compilePattern> =>
  compilePattern({text, syntax: 'ECMAScript', ignoreCase});

describe('matching within a budget', () => {
  test('a cheap pattern gives its captures, those that took no part as empty texts', () => {
    expect(matchWithin(pattern('(b)|(c)'), 'abc', defaultBudget)).toEqual({
      kind: 'match',
      captures: ['b', 'b', ''],
      index: 1,
    });
  });

  test('an exponential pattern is stepped through and given up, never left to V8', () => {
    const result = matchWithin(pattern('^(a+)+$'), `${'a'.repeat(100)}b`, defaultBudget);
    expect(result).toMatchObject({kind: 'cannot-tell'});
    expect(matchWithin(pattern('^(a+)+$'), 'aaaa', defaultBudget)).toMatchObject({
      kind: 'match',
      captures: ['aaaa', 'aaaa'],
    });
  });

  test('a polynomial pattern on a text too long for V8 is stepped through too', () => {
    const quadratic = pattern('[ab]+c');
    expect(quadratic.complexity).toMatchObject({growth: 'quadratic', degree: 2});
    const long = 'ab'.repeat(400);
    expect(matchWithin(quadratic, `${long}c`, {work: 10_000, steps: 10_000})).toMatchObject({kind: 'match'});
    expect(matchWithin(quadratic, `${long}dc`, {work: 10_000, steps: 10_000})).toEqual({
      kind: 'cannot-tell',
      reason: 'a pattern of degree 2 took more than 10000 steps on 802 characters',
    });
    expect(matchWithin(quadratic, `${long}dc`, {work: 1_000_000, steps: 1})).toEqual({kind: 'no-match'});
  });

  test('a text without the words that the pattern needs is settled at once, whatever its length', () => {
    const m1 = pattern('(?=.*autodiscover)(?=.*powershell)');
    expect(m1.required).toEqual(['AUTODISCOVER', 'POWERSHELL']);
    expect(matchWithin(m1, 'Autodiscover'.repeat(1_000_000), {work: 1, steps: 1})).toEqual({kind: 'no-match'});
  });

  test('what only V8 understands is run where it is certainly cheap, and never otherwise', () => {
    expect(matchWithin(pattern('(?<word>a+)'), 'aa', defaultBudget)).toMatchObject({kind: 'cannot-tell'});
    expect(matchWithin(pattern('(?<=a)b'), 'ab', defaultBudget)).toMatchObject({kind: 'match', captures: ['b']});
  });

  test('a text so long that V8 may give up is no crash', () => {
    const {kind} = matchWithin(pattern('^(?:a|b)*$'), 'ab'.repeat(5_000_000), defaultBudget);
    expect(['match', 'cannot-tell']).toContain(kind);
  });

  test('a pattern that is not valid matches nothing', () => {
    expect(matchWithin(pattern('*'), 'a', defaultBudget)).toEqual({
      kind: 'cannot-tell',
      reason: 'the pattern is not valid',
    });
  });

  test('the words that a pattern needs are in every text that it matches', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '.',
      'a?',
      'b+',
      '(ab)',
      '(?:a|b)',
      '[ab]',
      '(?=ab)',
      '(?!a)',
      'b{2}',
      '$',
      '^',
    );
    const source = fc.array(piece, {minLength: 1, maxLength: 5}).map((parts) => parts.join(''));
    fc.assert(
      fc.property(source, fc.boolean(), fc.stringMatching(/^[abAB]{0,8}$/), (text, ignoreCase, input) => {
        const {kind} = matchWithin(pattern(text, ignoreCase), input, defaultBudget);
        expect(kind).toBe(new RegExp(text, ignoreCase ? 'i' : '').test(input) ? 'match' : 'no-match');
      }),
      {numRuns: 2000},
    );
  });
});
