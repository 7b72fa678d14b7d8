import {chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {compileStandIn} from './compile.ts';
import {type ExchangeServer, installExchange} from './exchange-server.ts';
import type {Session} from './session.ts';
import {stateFolder} from './stopgap.ts';

/* What only a real Windows process can show of the ports of this machine: sharing, access lists, replacing, the lock. */

let server: ExchangeServer;
let session: Session;
const hold = 'C:\\stand-ins\\hold.exe';
const webConfig = 'C:\\inetpub\\wwwroot\\web.config';

beforeAll(async () => {
  server = await installExchange({from: 'exchange2019-cu12', services: []});
  session = server.session;
  copyFileSync(compileStandIn('hold', session.folder), session.wine.hostPath(hold));
});
afterAll(() => server.uninstall());

const stopgap = (...words: readonly string[]) => session.wine.run(session.exe, [...words, '--json']);
const answer = (output: {readonly stdout: string}): {readonly code?: string} => JSON.parse(output.stdout);

/** Holds a file for that long, from now on. */
const holding = async (path: string, milliseconds: number) => {
  const started = session.wine.start(hold, [path, String(milliseconds)]);
  await pause(1000);
  return started;
};

describe('a configuration file that somebody else has open', () => {
  test('is waited for', async () => {
    const {ended} = await holding(webConfig, 3500);
    expect(answer(await stopgap('plan', 'M1'))).toMatchObject({ok: true});
    expect(await ended).toMatchObject({exitCode: 0});
  });

  test('for longer than that is the reason of a refusal', async () => {
    const {child} = await holding(webConfig, 60_000);
    const output = await stopgap('plan', 'M1');
    expect(output.exitCode).toBe(3);
    expect(answer(output)).toMatchObject({code: 'SERVER.FILE_IN_USE', where: {file: webConfig}});
    child.kill('SIGKILL');
  });
});

describe('the state folder', () => {
  test('that others can read is not used', async () => {
    const folder = session.wine.hostPath('C:\\ProgramData\\open');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const output = await stopgap('recover', '--state-dir', 'C:\\ProgramData\\open');
    expect(output.exitCode).toBe(3);
    expect(answer(output)).toMatchObject({
      code: 'STATE.READABLE_BY_OTHERS',
      message: 'The state folder C:\\ProgramData\\open is open to everybody.',
    });
  });

  test('is made for SYSTEM and Administrators, and found so afterwards', async () => {
    const folder = session.wine.hostPath(stateFolder);
    expect(existsSync(folder)).toBe(false);
    for (const _ of ['making', 'finding']) {
      expect(answer(await stopgap('recover')).code).not.toMatch(/^STATE\./);
      // What Wine makes of the access list of that folder.
      expect(statSync(folder).mode & 0o007).toBe(0);
    }
  });
});

test('no service is made of a program that others can change', async () => {
  const {wine, exe} = session;
  const open = 'C:\\tools\\stopgap.exe';
  mkdirSync(dirname(wine.hostPath(open)));
  copyFileSync(wine.hostPath(exe), wine.hostPath(open));
  chmodSync(wine.hostPath(open), 0o777);
  const output = await wine.run(open, ['agent', 'install', '--json']);
  expect(output.exitCode).toBe(3);
  expect(answer(output)).toMatchObject({code: 'AGENT.PROGRAM_OPEN', where: {file: open}});
  expect((await wine.run('sc', ['qc', 'stopgap'])).exitCode).not.toBe(0);
});

test('the bytes of a backup take the place of a file that somebody reads meanwhile', async () => {
  const before = readFileSync(session.wine.hostPath(webConfig));
  expect((await stopgap('plan', 'M1', '-o', 'C:\\m1.json')).exitCode).toBe(0);
  expect((await stopgap('apply', 'C:\\m1.json', '--now')).exitCode).toBe(0);
  expect(readFileSync(session.wine.hostPath(webConfig)).equals(before)).toBe(false);
  const {ended} = await holding(webConfig, 5000);
  expect((await stopgap('rollback', '--exact')).exitCode).toBe(0);
  expect(await ended).toMatchObject({exitCode: 0});
  expect(readFileSync(session.wine.hostPath(webConfig)).equals(before)).toBe(true);
  expect(existsSync(`${session.wine.hostPath(webConfig)}.stopgap-new`)).toBe(false);
});

test('what a program of Windows says is read in the code page of the console', async () => {
  const {standIns, scheduled} = session;
  // Code page 437, which Wine has: ä and é. In UTF-8 these bytes are nothing.
  const said = Buffer.from([0x4e, 0x84, 0x68, 0x65, 0x20, 0x82]);
  standIns.play('schtasks.exe', async () => ({exitCode: 1, stdout: said}));
  const output = await stopgap('agent', 'install', '--as-task');
  standIns.play('schtasks.exe', scheduled.player);
  expect(output.exitCode).toBe(3);
  expect(answer(output)).toMatchObject({code: 'AGENT.HOST_FAILED', message: expect.stringContaining('Nähe é')});
});
