import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';

test('the demo blocks the attack, survives an update, takes everything back, and leaves nothing behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  try {
    const env = {...process.env, TMPDIR: folder};
    const {status, stdout} = spawnSync(process.execPath, ['tools/demo/demo.ts'], {encoding: 'utf8', env});
    expect(status).toBe(0);
    const answers = stdout.match(/^(?:200|connection reset, no answer)$/gm);
    expect(answers).toEqual(['200', 'connection reset, no answer', '200']);
    expect(stdout).toMatch(/^M1 +UrlRewrite +Active/m);
    expect(stdout).toMatch(/^M1 +UrlRewrite +Obsolete/m);
    // `diff -r` is the last command, and it prints nothing.
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\$ diff -r /);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}, 120_000);
