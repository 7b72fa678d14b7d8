import {expect, test} from 'vitest';
import {Scanner} from '../../src/rewrite/logs/scanner.ts';
import {assemble} from '../../src/rewrite/logs/wasm/assemble.ts';
import {scanKernel} from '../../src/rewrite/logs/wasm/scan-kernel.ts';
import {fc} from '../support/properties.ts';

interface Found {
  readonly lines: number;
  readonly candidates: readonly string[];
}

/** Lines as latin1 text, so that each byte is a character. */
const search = (scanner: Scanner, text: string): Found => {
  const bytes = Buffer.from(text, 'latin1');
  scanner.memory.set(bytes, scanner.from);
  const end = scanner.from + bytes.length;
  const found: string[] = [];
  let lines = 0;
  for (let at = scanner.from; at < end; ) {
    if (scanner.memory[at] === 0x23) {
      at = scanner.memory.indexOf(0x0a, at) + 1;
      continue;
    }
    const scanned = scanner.scan(at, end);
    lines += scanned.lines;
    for (const {start, end: stop} of scanned.candidates) {
      found.push(Buffer.from(scanner.memory.subarray(start, stop)).toString('latin1'));
    }
    at = scanned.stopped;
  }
  return {lines, candidates: found};
};

/** What a line needs to be a candidate, said plainly. */
const expected = (groups: readonly (readonly string[])[], text: string): Found => {
  const lines = text
    .split('\n')
    .slice(0, -1)
    .filter((line) => !line.startsWith('#'));
  const digits = groups.some((group) => /\d/.test(group.join('')));
  const hidden = digits
    ? /%(?:3\d|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|u)/i
    : /%(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|u)/i;
  const fold = (line: string): string => line.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const wanted = (line: string): boolean =>
    groups.length > 0 &&
    (hidden.test(line) || groups.some((group) => group.every((text_) => fold(line).includes(text_))));
  return {lines: lines.length, candidates: lines.filter(wanted)};
};

const pieces = fc.oneof(
  fc.constantFrom(
    'power',
    'SHELL',
    'powershell',
    'autodiscover',
    'AutoDiscover',
    '%70',
    '%7',
    '%u0041',
    '%40',
    '%3d',
    '%31',
    '#',
    '\n',
    '\n#',
    '\r\n',
    ' ',
  ),
  fc.string({maxLength: 40}),
  fc.string({unit: fc.integer({min: 0, max: 255}).map((code) => String.fromCharCode(code)), maxLength: 20}),
);
const texts = fc.array(pieces, {maxLength: 60}).map((all) => `${all.join('').replace(/[^\0-\xff]/g, '?')}\n`);
const groupsOf = fc.array(
  fc.uniqueArray(fc.constantFrom('powershell', 'autodiscover', 'owa', 'json', 'a1b2', 'x'), {
    minLength: 1,
    maxLength: 3,
  }),
  {maxLength: 3},
);

/** Bytes that the fold takes for a letter or digit although they are none, and broken escapes, may only add candidates. */
const ambiguous = /[\0-\x1f@[\]^_`{|}~\x7f-\xff]|%[3-7](?![\da-f])/i;

test('the search finds the lines that the words ask for, counts all, and stops at directives', () => {
  const scanner = new Scanner();
  fc.assert(
    fc.property(texts, groupsOf, (text, groups) => {
      scanner.lookFor(groups);
      const seen = search(scanner, text);
      const plain = expected(groups, text);
      expect(seen.lines).toBe(plain.lines);
      expect(plain.candidates.filter((line) => !seen.candidates.includes(line))).toEqual([]);
      expect(seen.candidates.filter((line) => !plain.candidates.includes(line) && !ambiguous.test(line))).toEqual([]);
    }),
    {numRuns: 500},
  );
});

test('it makes no difference where in the memory a line lies', () => {
  const scanner = new Scanner();
  scanner.lookFor([['powershell', 'autodiscover']]);
  for (let before = 0; before < 200; before++) {
    const text = `${'x'.repeat(before)}\nGET /autodiscover/autodiscover.json?@a/PowerShell x\nno\n`;
    expect([before, search(scanner, text)]).toEqual([
      before,
      {lines: 3, candidates: ['GET /autodiscover/autodiscover.json?@a/PowerShell x']},
    ]);
  }
});

test('more candidates than the list holds are all found', () => {
  const scanner = new Scanner();
  scanner.lookFor([['owa']]);
  const {lines, candidates} = search(scanner, 'a /owa/ b\n'.repeat(20_000));
  expect([lines, candidates.length]).toEqual([20_000, 20_000]);
});

test('the kernel is a valid module, and small', () => {
  const module = assemble(scanKernel);
  expect([...module.subarray(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  expect(module.length).toBeLessThan(4096);
});

test.each(['(module (func $f (nonsense)))', '(module (func $f (local.get $none)))', '(module', 'x)'])(
  'the assembler refuses %s',
  (source) => {
    expect(() => assemble(source)).toThrow(SyntaxError);
  },
);
