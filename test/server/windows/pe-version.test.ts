import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {peVersion} from '../../../src/server/windows/pe-version.ts';
import {fc} from '../../support/properties.ts';
import {peImage} from './pe-image.ts';

test.each(['15.2.1118.7', '15.1.2507.75', '7.1.1993.2351', '65535.0.1.65535'])(
  '%s is read from a program',
  (version) => {
    expect(peVersion(peImage(version))).toBe(version);
    expect(peVersion(peImage(version, {bits: 32}))).toBe(version);
  },
);

test('what carries no version has none', () => {
  expect(peVersion(new Uint8Array())).toBeUndefined();
  expect(peVersion(new TextEncoder().encode('MZ is how it begins'))).toBeUndefined();
  expect(peVersion(peImage('1.2.3.4', {resourceType: 3}))).toBeUndefined();
});

test('a view into a larger buffer is read from its own beginning', () => {
  const image = peImage('15.2.1118.7');
  const larger = new Uint8Array(image.length + 64);
  larger.set(image, 64);
  expect(peVersion(larger.subarray(64))).toBe('15.2.1118.7');
});

test('a file that is cut off or damaged has a version or none, and never breaks the reader', () => {
  const image = peImage('15.2.1118.7');
  void fc.assert(
    fc.property(fc.nat(image.length), fc.nat(image.length - 1), fc.nat(255), (length, at, value) => {
      const damaged = Uint8Array.from(image);
      damaged[at] = value;
      const version = peVersion(damaged.subarray(0, length));
      expect(version ?? '0.0.0.0').toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    }),
    {numRuns: 2000},
  );
});

const compiler = '/usr/bin/x86_64-w64-mingw32-gcc';

test.skipIf(!existsSync(compiler))('a program made by a real compiler is read too (skipped without mingw)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stopgap-pe-'));
  try {
    const run = (program: string, ...args: readonly string[]) =>
      expect(spawnSync(program, args, {cwd: folder, encoding: 'utf8'})).toMatchObject({status: 0});
    writeFileSync(
      join(folder, 'v.rc'),
      '1 VERSIONINFO\nFILEVERSION 15,2,1748,10\nPRODUCTVERSION 15,2,0,0\nBEGIN\nEND\n',
    );
    writeFileSync(join(folder, 'm.c'), 'int main(void) { return 0; }\n');
    run('/usr/bin/x86_64-w64-mingw32-windres', 'v.rc', '-O', 'coff', '-o', 'v.o');
    run(compiler, '-s', 'm.c', 'v.o', '-o', 'm.exe');
    expect(peVersion(readFileSync(join(folder, 'm.exe')))).toBe('15.2.1748.10');
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});
