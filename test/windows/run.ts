import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startVitest} from 'vitest/node';
import {buildExecutable} from '../../tools/exe/build-exe.ts';
import {targets} from '../../tools/exe/targets.ts';
import {loader, Wine} from './wine.ts';

/*
 * `npm run test:windows [-- NAMES] [-u]`: the Windows executable under Wine, with a real service control manager behind it. It installs what
 * it needs where it may (Debian, as root), and says that it skips everything where it may not.
 */

const packages = ['wine', 'wine64', 'gcc-mingw-w64-x86-64-win32', 'osslsigncode'];
const needed = [loader, '/usr/bin/wineboot', '/usr/bin/x86_64-w64-mingw32-gcc', '/usr/bin/osslsigncode'];

const isThere = (): boolean => needed.every((file) => existsSync(file));

const install = (): void => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
  const apt = (...args: readonly string[]) =>
    spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {stdio: 'inherit', env, timeout: 600_000});
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
};

const main = async (names: readonly string[]): Promise<void> => {
  if (!isThere()) install();
  if (!isThere()) {
    console.log(`SKIPPED: the tests of the Windows build need ${packages.join(', ')} (Debian 12)`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'stopgap-windows-'));
  const wine = new Wine(folder);
  try {
    const [exe] = await Promise.all([builtExecutable(), wine.create()]);
    Object.assign(process.env, {STOPGAP_EXE: exe, STOPGAP_WINDOWS: folder});
    await runTests(names);
  } finally {
    await wine.remove();
    rmSync(folder, {recursive: true, force: true});
  }
};

const builtExecutable = (): Promise<string> => {
  const windows = targets.find(({name}) => name === 'windows');
  if (windows === undefined) throw new Error('there is no target for Windows');
  return buildExecutable(windows, join(import.meta.dirname, '../../dist-exe'));
};

const runTests = async (words: readonly string[]): Promise<void> => {
  const names = words.filter((word) => word !== '-u');
  const vitest = await startVitest('test', names, {
    update: words.includes('-u'),
    include: ['test/windows/**/*.wine.ts'],
    watch: false,
    // One Windows for all of them (session.ts): a new one takes twenty seconds and 700 MB.
    fileParallelism: false,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  });
  await vitest.close();
};

await main(process.argv.slice(2));
