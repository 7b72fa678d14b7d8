import {describe, expect, test} from 'vitest';
import {type MachineResult, runProgram} from '../../src/rewrite/regex/machine.ts';
import {NotParsed, parseRegex} from '../../src/rewrite/regex/parse.ts';
import {compileRegex, NotCompiled} from '../../src/rewrite/regex/program.ts';
import {fc} from '../support/properties.ts';

const run = (pattern: string, ignoreCase: boolean, input: string): MachineResult =>
  runProgram(compileRegex(parseRegex(pattern, ignoreCase)), input, 1_000_000);

const ours = (pattern: string, ignoreCase: boolean, input: string): readonly string[] | null => {
  const result = run(pattern, ignoreCase, input);
  expect(result.kind).not.toBe('out-of-steps');
  return result.kind === 'match' ? result.captures : null;
};

const v8 = (pattern: string, ignoreCase: boolean, input: string): readonly string[] | null => {
  const match = new RegExp(pattern, ignoreCase ? 'i' : '').exec(input);
  return match && Array.from(match, (part: string | undefined) => part ?? '');
};

describe('the step-counted matcher finds what V8 finds', () => {
  test.each([
    ['(?=.*autodiscover)(?=.*powershell)', '/PowerShell/?x=autodiscover'],
    ['.*autodiscover\\.json.*\\@.*Powershell.*', '/autodiscover/autodiscover.json?@a.b/powershell'],
    ['^/owa/?($|\\?|default\\.aspx)', '/owa/default.aspx?x'],
    ['(z)((a+)?(b+)?(c))*', 'zaacbbbcac'],
    ['(?=(a+))a*b\\1', 'baaabac'],
    ['(.*?)a(?!(a+)b\\2c)\\2(.*)', 'baaabaac'],
    ['(a*)*', 'b'],
    ['(?:a*?)*b', 'aaab'],
    ['(?:){3}x', 'x'],
    ['((a)|b)*', 'ab'],
    ['x{2,4}?y', 'xxxxxy'],
    ['a{,2}b{', 'a{,2}b{'],
    ['[\\d-x]+', '1-x2'],
    ['[^]\\]', 'a]'],
    ['[]|q', 'q'],
    ['\\0\\x41\\u0042\\cA[\\b\\c_]', '\0AB\u0001\b'],
    ['\\c', '\\c'],
    ['\\1(a)\\8', 'a8'],
    ['(a)\\2', 'a\u0002'],
    ['\\bpower\\B', 'x power-powershell'],
    ['\u017f', 's'],
    ['[^s]', '\u017f'],
    ['\\W', 'k\u212a'],
    ['(?:ab|a)(?:bc|c)$', 'abc'],
    ['^$|b', 'ab'],
  ])('%s in %j', (pattern, input) => {
    expect(ours(pattern, true, input)).toEqual(v8(pattern, true, input));
    expect(ours(pattern, false, input)).toEqual(v8(pattern, false, input));
  });

  const atom = fc.constantFrom('a', 'b', 'B', '.', '[ab]', '[^a]', '\\w', '\\d', '^', '$', '\\b', '\\1', '');
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,}?');
  const {pattern} = fc.letrec<{pattern: string; term: string}>((tie) => ({
    term: fc.oneof(
      {maxDepth: 3},
      fc.tuple(atom, quantifier).map(([a, q]) => (/^(?:\^|\$|\\b|)$/.test(a) ? a : a + q)),
      fc
        .tuple(fc.constantFrom('(', '(?:', '(?=', '(?!'), tie('pattern'), quantifier)
        .map(([open, inner, q]) => `${open}${inner})${q}`),
    ),
    pattern: fc.array(tie('term'), {maxLength: 4}).chain((terms) => fc.constantFrom(terms.join(''), terms.join('|'))),
  }));

  test('for random patterns and texts', () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), fc.stringMatching(/^[abB1]{0,7}$/), (source, ignoreCase, input) => {
        // Nested loops over nothing can be exponential even in a few characters.
        fc.pre(run(source, ignoreCase, input).kind !== 'out-of-steps');
        expect(ours(source, ignoreCase, input)).toEqual(v8(source, ignoreCase, input));
      }),
      {numRuns: 2000},
    );
  });
});

describe('limits', () => {
  test('an exponential pattern runs out of steps instead of running for ever', () => {
    const program = compileRegex(parseRegex('^(a+)+$', false));
    expect(runProgram(program, `${'a'.repeat(60)}b`, 50_000)).toEqual({kind: 'out-of-steps', steps: 50_001});
  });

  test('a deep recursion of a long input does not exhaust the stack', () => {
    expect(ours('(?:a|b)*c', false, `${'ab'.repeat(50_000)}c`)?.[0]).toHaveLength(100_001);
  });

  test.each(['(?<name>a)', '(?<name>a)\\k<name>'])('%s is left to V8', (source) => {
    expect(() => parseRegex(source, false)).toThrow(NotParsed);
  });

  test.each(['(?<=a)b', '(?<!a)b', '(?:(?:a{100}){100}){100}'])('%s is not run by the machine', (source) => {
    expect(() => compileRegex(parseRegex(source, false))).toThrow(NotCompiled);
  });
});
