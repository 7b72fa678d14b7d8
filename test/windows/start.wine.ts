import {copyFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {version} from '../../src/kit/version.ts';
import {targets} from '../../tools/exe/targets.ts';
import {theSession} from './session.ts';

/* The executable as such. */

test('it says its version and nothing else', async () => {
  const {wine, exe} = await theSession();
  expect(await wine.run(exe, ['--version'])).toEqual({exitCode: 0, stdout: `${version}\n`, stderr: ''});
});

test('it starts in at most one and a half times the time of an empty Node.js', async () => {
  const {wine, exe} = await theSession();
  const node = 'C:\\node.exe';
  copyFileSync(targets.find(({name}) => name === 'windows')?.node ?? '', wine.hostPath(node));
  const clocked = async (...line: readonly [string, ...string[]]): Promise<number> => {
    const [program, ...args] = line;
    const began = performance.now();
    await wine.must(program, args);
    return performance.now() - began;
  };
  // Turn by turn, and the quickest of each: what else this machine does only adds.
  const times: (readonly [number, number])[] = [];
  for (let turn = 0; turn < 9; turn++) times.push([await clocked(exe, '--version'), await clocked(node, '-e', '0')]);
  const [ours, bare] = [Math.min(...times.map(([own]) => own)), Math.min(...times.map(([, empty]) => empty))];
  console.log(
    `stopgap.exe --version ${ours.toFixed(0)} ms, node.exe -e 0 ${bare.toFixed(0)} ms: ${(ours / bare).toFixed(2)}`,
  );
  expect(ours / bare).toBeLessThanOrEqual(1.5);
});

test('NODE_OPTIONS of whoever starts it loads no code into it', async () => {
  const {wine, exe} = await theSession();
  const {exitCode, stdout} = await wine.run(exe, ['--version'], {NODE_OPTIONS: '--require C:\\nothing.js'});
  expect({exitCode, stdout}).toEqual({exitCode: 0, stdout: `${version}\n`});
});
