import {expect, test} from 'vitest';
import {argvOf} from '../windows/c-runtime-argv.ts';

/* The table of Microsoft's "Parsing C command-line arguments", and what stopgap's own arguments are made of. */

test.each([
  ['p "abc" d e', ['abc', 'd', 'e']],
  [String.raw`p a\\b d"e f"g h`, [String.raw`a\\b`, 'de fg', 'h']],
  [String.raw`p a\\\"b c d`, [String.raw`a\"b`, 'c', 'd']],
  [String.raw`p a\\\\"b c" d e`, [String.raw`a\\b c`, 'd', 'e']],
  ['p a"b"" c d', ['ab" c d']],
  ['p  ""\tx', ['', 'x']],
  [String.raw`p "a b\\"`, [String.raw`a b\ `.trimEnd()]],
  [`p "/+[name='a b',pattern='(?=.*\\"x\\")']"`, [`/+[name='a b',pattern='(?=.*"x")']`]],
])('%s', (line, argv) => {
  expect(argvOf(line).slice(1)).toEqual(argv);
});

test('the program is taken by other rules: its backslashes are never special', () => {
  expect(argvOf('"C:\\Program Files\\x\\" y')).toEqual(['C:\\Program Files\\x\\', 'y']);
  expect(argvOf('C:\\x.exe y')).toEqual(['C:\\x.exe', 'y']);
});
