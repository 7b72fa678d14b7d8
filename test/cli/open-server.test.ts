import {expect, test} from 'vitest';
import {openForRehearsal, openReader, openServer, parseServer, stateDirOf} from '../../src/cli/open-server.ts';

const io = {
  stdout: {write: () => true},
  stderr: {write: () => true},
  now: () => new Date(0),
  cwd: '/home/admin',
  env: {},
};
const named = (server: string | undefined) => ({server, 'state-dir': undefined});

test('without --server it is this machine on Windows, and has to be named elsewhere', () => {
  expect(parseServer(named(undefined), io, 'win32')).toEqual({kind: 'windows'});
  expect(() => parseServer(named(undefined), io, 'linux')).toThrow(
    expect.objectContaining({code: 'USAGE.SERVER_MISSING'}),
  );
});

test('a folder is named from where the command is run', () => {
  expect(parseServer(named('sandbox:lab'), io)).toEqual({kind: 'sandbox', dir: '/home/admin/lab'});
  expect(parseServer(named('snapshot:/var/ex01'), io)).toEqual({kind: 'snapshot', dir: '/var/ex01'});
});

test.each(['lab', 'sandbox:', 'SANDBOX:lab', 'windows:lab', 'https://ex01'])('%s names no server', (name) => {
  expect(() => parseServer(named(name), io)).toThrow(expect.objectContaining({code: 'USAGE.SERVER', exitCode: 3}));
});

test('a snapshot is never opened for changes', async () => {
  await expect(openServer(named('snapshot:lab'), io)).rejects.toMatchObject({code: 'SERVER.READ_ONLY'});
});

test('a folder that is no sandbox is not opened', async () => {
  await expect(openReader(named('sandbox:/nowhere'), io)).rejects.toMatchObject({code: 'SERVER.NOT_FOUND'});
});

test.runIf(process.platform !== 'win32')('windows is the machine itself, and this one is none', async () => {
  const open = [openReader, openServer, openForRehearsal];
  for (const each of open) {
    await expect(each(named('windows'), io)).rejects.toMatchObject({code: 'SERVER.KIND_UNAVAILABLE', exitCode: 3});
  }
});

test("state lies in the server's own folder unless it is named", () => {
  expect(stateDirOf(named('sandbox:lab'), io)).toBe('/home/admin/lab/.stopgap/state');
  expect(stateDirOf({server: 'sandbox:lab', 'state-dir': 'state'}, io)).toBe('/home/admin/state');
});
