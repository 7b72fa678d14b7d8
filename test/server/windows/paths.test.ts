import {describe, expect, test} from 'vitest';
import {argumentLine, windowsCommandLine} from '../../../src/server/windows/command-line.ts';
import {diskPath, systemProgram} from '../../../src/server/windows/disk-path.ts';
import {fc} from '../../support/properties.ts';
import {argvOf} from '../../windows/c-runtime-argv.ts';

const env = {SystemRoot: 'C:\\Windows'};
const x64 = {arch: 'x64', env};
/** A 32-bit process of a 64-bit Windows. */
const wow64 = {arch: 'ia32', env: {...env, PROCESSOR_ARCHITEW6432: 'AMD64'}};

describe('where a path of the server lies for this process', () => {
  test.each([
    ['C:\\inetpub\\wwwroot\\web.config', '\\\\?\\C:\\inetpub\\wwwroot\\web.config'],
    ['c:/inetpub//wwwroot\\.\\x\\..\\web.config', '\\\\?\\c:\\inetpub\\wwwroot\\web.config'],
    ['\\\\files\\web\\owa\\web.config', '\\\\?\\UNC\\files\\web\\owa\\web.config'],
    [`D:\\${'deep\\'.repeat(80)}web.config`, `\\\\?\\D:\\${'deep\\'.repeat(80)}web.config`],
  ])('%s', (path, expected) => {
    expect(diskPath(path, x64)).toBe(expected);
  });

  test('a 32-bit process reaches the real System32 as Sysnative, in whatever case it is written', () => {
    expect(diskPath('c:\\windows\\SYSTEM32\\inetsrv\\config\\applicationHost.config', wow64)).toBe(
      '\\\\?\\C:\\Windows\\Sysnative\\inetsrv\\config\\applicationHost.config',
    );
    expect(diskPath('C:\\Windows\\System32.old\\x', wow64)).toBe('\\\\?\\C:\\Windows\\System32.old\\x');
    expect(diskPath('C:\\inetpub\\x', wow64)).toBe('\\\\?\\C:\\inetpub\\x');
  });

  test('on a 32-bit Windows there is no Sysnative', () => {
    expect(diskPath('C:\\Windows\\System32\\x', {arch: 'ia32', env})).toBe('\\\\?\\C:\\Windows\\System32\\x');
  });
});

test('programs of the system are named by plain whole paths', () => {
  expect(systemProgram('inetsrv\\appcmd.exe', x64)).toBe('C:\\Windows\\System32\\inetsrv\\appcmd.exe');
  expect(systemProgram('inetsrv\\appcmd.exe', wow64)).toBe('C:\\Windows\\Sysnative\\inetsrv\\appcmd.exe');
  expect(systemProgram('sc.exe', {arch: 'x64', env: {}})).toBe('C:\\Windows\\System32\\sc.exe');
});

describe('a command line for the service control manager or the task scheduler', () => {
  test('quotes the program always, because an unquoted path with a blank may start another one', () => {
    expect(
      windowsCommandLine('C:\\Program Files\\stopgap\\stopgap.exe', ['agent', 'run', '--state-dir', 'D:\\a b\\']),
    ).toBe('"C:\\Program Files\\stopgap\\stopgap.exe" agent run --state-dir "D:\\a b\\\\"');
  });

  test('is taken apart by the C runtime into the argv that was meant', () => {
    const argument = fc.string({unit: fc.constantFrom('a', ' ', '"', '\\', '%', '\t', 'é', "'", '&')});
    const round = fc.property(fc.array(argument, {maxLength: 5}), (args) => {
      expect(argvOf(windowsCommandLine('C:\\x y.exe', args))).toEqual(['C:\\x y.exe', ...args]);
      expect(argvOf(`x ${argumentLine(args)}`).slice(1)).toEqual(args);
    });
    void fc.assert(round);
  });
});
