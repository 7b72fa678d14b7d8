import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {powerShellHasError} from '../support/powershell.ts';
import {cli} from './collect.ts';

const script = async (shell: string): Promise<string> => (await cli(['completion', shell])).stdout;

/** What bash itself makes of the script and of a line that ends in a tab. */
const completions = (text: string, ...words: readonly string[]): readonly string[] => {
  const line = ['stopgap', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `${text}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _stopgap; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', ask], {encoding: 'utf8'})
    .split('\n')
    .filter((one) => one !== '');
};

test.each([
  [['ro'], ['rollback']],
  [['feed', 've'], ['verify']],
  [['plan', '--pl'], ['--place']],
  [['plan', 'M1', '--reh'], ['--rehearse']],
  [['feed', 'verify', 'a.xml', '--state'], ['--state-dir']],
  [
    ['agent', ''],
    ['check', 'install', 'run', 'start', 'stop', 'uninstall'],
  ],
  // A file: the shell's own completion takes over.
  [['show', 'pla'], []],
])('bash completes %j to %j', async (words, expected) => {
  expect(completions(await script('bash'), ...words)).toEqual(expected);
});

test('the script for PowerShell is a script, and knows the same words', async () => {
  const text = await script('powershell');
  expect(await powerShellHasError(text)).toBe(false);
  expect(text).toContain("'feed verify' = '--server'");
});

test('another shell is refused', async () => {
  expect(await cli(['completion', 'fish'])).toMatchObject({exitCode: 3});
});
