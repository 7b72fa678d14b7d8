import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {version} from '../../src/kit/version.ts';
import {makeTestAuthority} from '../../src/publish/test-ca.ts';
import {peVersion} from '../../src/server/windows/pe-version.ts';
import {buildExecutable} from '../../tools/exe/build-exe.ts';
import {type Target, targets} from '../../tools/exe/targets.ts';
import {type Session, theSession} from './session.ts';

/* The files that are shipped, as such. */

let session: Session;
let built: string;

beforeAll(async () => {
  session = await theSession();
  built = process.env['STOPGAP_EXE'] ?? '';
});

const targetNamed = (name: Target['name']): Target => {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new Error(`there is no target ${name}`);
  return target;
};

const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

test('two builds are the same bytes', async () => {
  const again = await buildExecutable(targetNamed('windows'), join(session.folder, 'again'));
  expect(digestOf(again)).toBe(digestOf(built));
});

test("its version resource is stopgap's own, and nothing of the machine that built it is inside", () => {
  const bytes = readFileSync(built);
  expect(peVersion(bytes)).toBe(`${version}.0`);
  expect(bytes.includes(Buffer.from('OriginalFilename\0stopgap.exe', 'utf16le'))).toBe(true);
  expect(bytes.includes(join(import.meta.dirname, '../..'))).toBe(false);
});

describe('signed', () => {
  const osslsigncode = (...args: readonly string[]): string =>
    execFileSync('osslsigncode', args, {encoding: 'utf8', stdio: 'pipe'});

  test("with a throw-away authority's key, the signature holds and the program starts", async () => {
    const folder = join(session.folder, 'signing');
    mkdirSync(folder);
    const authority = makeTestAuthority({now: new Date(), days: 1, name: 'trial'});
    for (const [name, content] of Object.entries(authority)) writeFileSync(join(folder, name), content);
    const [certificates, key, ca] = ['signer.pem', 'signer.key.pem', 'ca.pem'].map((name) => join(folder, name));
    const signed = join(folder, 'stopgap.exe');
    expect(() => osslsigncode('verify', '-in', built)).toThrow('No signature found');
    osslsigncode(
      'sign',
      '-certs',
      certificates ?? '',
      '-key',
      key ?? '',
      '-n',
      'stopgap',
      '-h',
      'sha256',
      '-in',
      built,
      '-out',
      signed,
    );
    expect(osslsigncode('verify', '-in', signed, '-CAfile', ca ?? '')).toContain('Succeeded');
    copyFileSync(signed, session.wine.hostPath('C:\\signed.exe'));
    expect(await session.wine.run('C:\\signed.exe', ['--version'])).toMatchObject({
      exitCode: 0,
      stdout: `${version}\n`,
    });
  });
});

test('the executable for Linux plans and applies on a sandbox, with nothing beside it', async () => {
  const exe = await buildExecutable(targetNamed('linux'), join(session.folder, 'linux'));
  const fixture = join(session.folder, 'fixture');
  cpSync(join(import.meta.dirname, '../../fixtures/iis/servers/exchange2019-cu12'), fixture, {recursive: true});
  const sandbox = join(session.folder, 'linux-sandbox');
  const stopgap = (...args: readonly string[]): string =>
    execFileSync(exe, [...args, '--no-color'], {
      encoding: 'utf8',
      cwd: session.folder,
      env: {PATH: '/usr/bin:/bin'},
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  stopgap('sandbox', 'create', sandbox, '--from', fixture);
  stopgap('plan', 'M1', '-o', 'linux-plan.json', '--server', `sandbox:${sandbox}`);
  stopgap('apply', 'linux-plan.json', '--now', '--server', `sandbox:${sandbox}`);
  expect(stopgap('status', '--server', `sandbox:${sandbox}`)).toMatch(/M1 +UrlRewrite +Active/);
});
