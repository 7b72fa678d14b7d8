import {describe, expect, test} from 'vitest';
import {cmdForm, powerShellForm} from '../../src/preview/shell-form.ts';
import {fc} from '../support/properties.ts';

/*
 * The shells and the C runtime, as far as quoting goes, written once more from their own documentation: what a shell makes
 * of the printed line must be the argv that the plan holds.
 */

/** https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments */
const splitLikeTheRuntime = (line: string): readonly string[] => {
  const args: string[] = [];
  let current: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    if (slashes > 0 && line[at + slashes] === '"') {
      current = (current ?? '') + '\\'.repeat(Math.floor(slashes / 2));
      at += slashes - 1;
      if (slashes % 2 === 1) {
        current += '"';
        at++;
      }
    } else if (slashes > 0) {
      current = (current ?? '') + '\\'.repeat(slashes);
      at += slashes - 1;
    } else if (line[at] === '"') {
      quoted = !quoted;
      current ??= '';
    } else if (!quoted && /[ \t]/.test(line[at] ?? '')) {
      if (current !== undefined) args.push(current);
      current = undefined;
    } else current = (current ?? '') + line[at];
  }
  return current === undefined ? args : [...args, current];
};

/** cmd.exe at its prompt: variables first, then carets outside of quotes; a bare special character ends the command. */
const passThroughCmd = (line: string): string => {
  const expanded = line.replace(/%([^%]+)%/g, (whole, name: string) =>
    name === 'windir' ? 'W' : name.endsWith('^') || name.includes('\\System32') ? whole : 'EXPANDED',
  );
  let out = '';
  let quoted = false;
  for (let at = 0; at < expanded.length; at++) {
    const char = expanded[at] ?? '';
    if (!quoted && char === '^') {
      at++;
      out += expanded[at] ?? '';
    } else if (!quoted && /[&|<>]/.test(char)) throw new Error(`cmd.exe ends the command at ${at}: ${expanded}`);
    else {
      if (char === '"') quoted = !quoted;
      out += char;
    }
  }
  return out;
};

/** Windows PowerShell 5.1: single-quoted words, then its way of building the command line of a program. */
const passThroughPowerShell = (line: string): string => {
  const words = line.match(/'(?:[^'\u2018-\u201b]|['\u2018-\u201b]{2})*'|"[^"]*"|[^\s'"\u2018-\u201b]+/g) ?? [];
  expect(words.join(' ')).toBe(line);
  return words
    .slice(1)
    .map((word) =>
      word.startsWith("'") ? word.slice(1, -1).replace(/(['\u2018-\u201b])['\u2018-\u201b]/g, '$1') : word,
    )
    .filter((word) => word !== '')
    .map((word) => (/\s/.test(word) && !word.startsWith('"') ? `"${word}"` : word))
    .join(' ');
};

const argument = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '"',
      "'",
      '\\',
      '%',
      '^',
      '&',
      '|',
      '<',
      '>',
      '(',
      ')',
      '$',
      '`',
      '’',
      ',',
      ';',
      '{',
      '@',
      '!',
    ),
  }),
  fc.constantFrom(
    '%PATH%',
    'a\\',
    'a b\\',
    '',
    '"',
    "script-src-attr 'none'",
    '"a" & b',
    "/[name='x y'].match.url:.*",
    '-a.b',
  ),
);

const argv = fc.array(argument, {maxLength: 4});

describe('what a shell hands to the program is the argv of the plan', () => {
  test('cmd.exe', () => {
    fc.assert(
      fc.property(argv, (args) => {
        const line = passThroughCmd(cmdForm({tool: 'appcmd.exe', args}));
        expect(splitLikeTheRuntime(line).slice(1)).toEqual(args);
      }),
      {numRuns: 2000},
    );
  });

  test('PowerShell', () => {
    fc.assert(
      fc.property(argv, (args) => {
        const line = passThroughPowerShell(powerShellForm({tool: 'appcmd.exe', args}));
        expect(splitLikeTheRuntime(line).slice(1)).toEqual(args);
      }),
      {numRuns: 2000},
    );
  });
});

test('programs are named by their full path, because sc is an alias in PowerShell', () => {
  const command = {tool: 'sc.exe', args: ['config', 'MSExchangeUM', 'start=', 'disabled']} as const;
  expect(cmdForm(command)).toBe('%windir%\\System32\\sc.exe config MSExchangeUM start= disabled');
  expect(powerShellForm(command)).toBe('& "$env:windir\\System32\\sc.exe" config MSExchangeUM start= disabled');
});
