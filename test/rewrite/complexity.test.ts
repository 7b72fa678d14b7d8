import {describe, expect, test} from 'vitest';
import {complexityOf} from '../../src/rewrite/complexity.ts';
import {runProgram} from '../../src/rewrite/regex/machine.ts';
import {parseRegex} from '../../src/rewrite/regex/parse.ts';
import {compileRegex} from '../../src/rewrite/regex/program.ts';
import {fc} from '../support/properties.ts';

const growth = (text: string): string => {
  const {growth, degree} = complexityOf({text, syntax: 'ECMAScript', ignoreCase: true});
  return degree !== undefined && degree > 1 ? `${growth} ${degree}` : growth;
};

/** Steps of a backtracking engine; at most `limit`. */
const steps = (text: string, input: string, limit = 20_000_000): number =>
  runProgram(compileRegex(parseRegex(text, true)), input, limit).steps;

/** How many times more steps twice the attack takes. */
const doubling = (text: string, [before, pump, after]: readonly [string, string, string], rounds: number): number =>
  steps(text, before + pump.repeat(2 * rounds) + after) / steps(text, before + pump.repeat(rounds) + after);

const m1 = [
  '.*autodiscover\\.json.*\\@.*Powershell.*',
  '.*autodiscover\\.json.*Powershell.*',
  '(?=.*autodiscover)(?=.*powershell)',
] as const;

describe('growth by the pattern alone, and by counted steps on an attack', () => {
  test.each([
    ['linear', '.*', ['', 'a', '\n']],
    ['linear', '(.*)', ['', 'a', '\n']],
    ['linear', '^text/html', ['', 'text/htm', '']],
    ['linear', '^/app/?($|\\?|default\\.aspx|readingPane\\.aspx)', ['/app/', 'default', '']],
    ['linear', '^.*$', ['', 'a', '\n']],
    ['linear', '(a+)+', ['', 'a', 'b']],
    ['linear', '^(?:[^/]+/)*[^/]+$', ['', 'a/', '/']],
    ['linear', '^(a|b)*$', ['', 'ab', 'c']],
    ['quadratic 2', m1[2], ['', 'autodiscover', '']],
    ['quadratic 3', m1[1], ['', 'autodiscover.json', '']],
    ['quadratic 2', '\\d+x', ['', '1', '']],
    ['quadratic 2', '^a*a*$', ['', 'a', 'b']],
    ['quadratic 3', '^a*a*a*$', ['', 'a', 'b']],
    ['quadratic 2', '(?:a*b|a)*', ['', 'a', '']],
    ['quadratic 2', '(.*)X-AnonResource-Backend(.*)', ['', 'X-AnonResource', '']],
    ['quadratic 2', '\\s+$', ['', ' ', 'x']],
  ] as const)('%s: %s', (expected, pattern, attack) => {
    expect(growth(pattern)).toBe(expected);
    const degree = Number(expected.split(' ')[1] ?? 1);
    const factor = doubling(pattern, attack, degree > 2 ? 12 : 60);
    expect(factor).toBeGreaterThan(2 ** degree * 0.7);
    expect(factor).toBeLessThan(2 ** degree * 1.3);
  });

  test.each([
    ['quadratic 4', m1[0]],
    ['quadratic 4', '(.*)X-BEResource=(.+)/(.+)~(.+)'],
  ])('%s: %s', (expected, pattern) => {
    expect(growth(pattern)).toBe(expected);
  });

  test.each([
    ['(a+)+$', 'a', 'b'],
    ['(a|a)*$', 'a', 'b'],
    ['(a|aa)*$', 'a', 'b'],
    ['(a*)*$', 'a', 'b'],
    ['(a*b?)*$', 'a', 'c'],
    ['(x+x+)+y', 'x', ''],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a', '1'],
    ['((a?|b?)c)*$', 'c', 'a'],
    ['(?=(a+)+$)b', 'a', 'b'],
    ['^(?:[^/]*/?)*$(?!)', 'a', ''],
    ['^(?:a?){30}a{30}$', 'a', ''],
  ])('exponential: %s', (pattern, pump, after) => {
    expect(growth(pattern)).toBe('exponential');
    expect(steps(pattern, pump.repeat(29) + after, 300_000)).toBe(300_001);
  });

  test.each(['(a+)\\1$', '(?<n>a+)b', '(?:a|b|c|d){400}'.repeat(2) + 'x'.repeat(300)])('unknown: %s', (pattern) => {
    expect(growth(pattern)).toBe('unknown');
  });

  test('a wildcard pattern is linear with one star and unknown with several', () => {
    const wildcard = (text: string): string => complexityOf({text, syntax: 'Wildcard', ignoreCase: true}).growth;
    expect([wildcard('*'), wildcard('a/*'), wildcard('*/a/*')]).toEqual(['linear', 'linear', 'unknown']);
  });
});

describe('no pattern is called cheaper than it is', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]');
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?');
  const {pattern} = fc.letrec<{pattern: string; term: string}>((tie) => ({
    term: fc.oneof(
      {maxDepth: 2},
      fc.tuple(atom, quantifier).map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom('(?:', '(?:', '(?=', '(?!'), tie('pattern'), quantifier)
        .map(([open, inner, q]) => `${open}${inner})${open === '(?:' ? q : ''}`),
    ),
    pattern: fc
      .array(tie('term'), {minLength: 1, maxLength: 3})
      .chain((terms) => fc.constantFrom(terms.join(''), terms.join('|'))),
  }));
  const anchored = fc
    .tuple(fc.constantFrom('', '^'), pattern, fc.constantFrom('', '$', 'c'))
    .map(([start, middle, end]) => `${start}(?:${middle})${end}`);
  const text = fc.stringMatching(/^[abc]{0,2}$/);

  test('steps on a pumped text stay within the degree that is announced', () => {
    fc.assert(
      fc.property(anchored, text, fc.stringMatching(/^[ab]{1,3}$/), text, (source, before, pump, after) => {
        const {degree} = complexityOf({text: source, syntax: 'ECMAScript', ignoreCase: true});
        fc.pre(degree !== undefined && degree <= 3);
        const rounds = degree === 3 ? 16 : 40;
        expect(doubling(source, [before, pump, after], rounds)).toBeLessThan(2 ** (degree ?? 0) * 1.5);
      }),
      {numRuns: 600},
    );
  });
});
