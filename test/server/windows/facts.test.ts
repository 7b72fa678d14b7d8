import {describe, expect, test} from 'vitest';
import type {FileReader} from '../../../src/server/server.ts';
import {readExchange} from '../../../src/server/windows/exchange-installation.ts';
import {inetsrvVersion, readFacts} from '../../../src/server/windows/facts.ts';
import {machineEnvironment} from '../../../src/server/windows/machine-environment.ts';
import {findSetupBlockers} from '../../../src/server/windows/setup-blockers.ts';
import {windowsPathKey} from '../../../src/server/windows-path.ts';
import {peImage} from './pe-image.ts';
import {registryOf} from './registry-of.ts';

const v15 = 'SOFTWARE\\Microsoft\\ExchangeServer\\v15';
const services = 'SYSTEM\\CurrentControlSet\\Services';
const sessionManager = 'SYSTEM\\CurrentControlSet\\Control\\Session Manager';
const folder = 'D:\\Exchange\\V15\\';
const setup = {[`${v15}\\Setup`]: {MsiInstallPath: folder, MsiProductMajor: 15}};

const filesOf = (files: Readonly<Record<string, Uint8Array>>): FileReader => ({
  readFile: async (path) => Object.entries(files).find(([one]) => windowsPathKey(one) === windowsPathKey(path))?.[1],
});
const exSetup = filesOf({'D:\\Exchange\\V15\\Bin\\ExSetup.exe': peImage('15.2.1118.20')});

describe('which Exchange is installed', () => {
  test('is said by the file version of ExSetup.exe, because setup writes no security updates down', async () => {
    expect(await readExchange(registryOf({...setup, [`${v15}\\MailboxRole`]: {}}), exSetup)).toEqual({
      exchange: {build: '15.2.1118.20', buildSource: 'D:\\Exchange\\V15\\Bin\\ExSetup.exe', role: 'mailbox'},
      exchangeUnreadable: undefined,
    });
  });

  test.each([
    ['MailboxRole', 'mailbox'],
    ['ClientAccessRole', 'mailbox'],
    ['EdgeTransportRole', 'edge'],
    ['AdminTools', 'management-tools'],
  ])('the key %s makes it %s', async (key, role) => {
    const {exchange} = await readExchange(registryOf({...setup, [`${v15}\\${key}`]: {}}), exSetup);
    expect(exchange?.role).toBe(role);
  });

  test('is none where setup never was', async () => {
    expect(await readExchange(registryOf({}), exSetup)).toEqual({exchange: undefined, exchangeUnreadable: undefined});
  });

  test('cannot be read where the file is missing or carries no version', async () => {
    expect((await readExchange(registryOf(setup), filesOf({}))).exchangeUnreadable).toContain(
      'there is no D:\\Exchange',
    );
    const empty = filesOf({'D:\\Exchange\\V15\\Bin\\ExSetup.exe': new Uint8Array(9)});
    expect((await readExchange(registryOf(setup), empty)).exchangeUnreadable).toContain('carries no file version');
  });
});

describe('nothing is changed while', () => {
  const codes = (keys: Parameters<typeof registryOf>[0], images: readonly string[] = []) =>
    findSetupBlockers(registryOf(keys), new Set(images)).map(({code}) => code);

  test.each(['exsetup.exe', 'exsetupui.exe', 'msiexec.exe'])('%s runs', (image) => {
    expect(codes(setup, ['svchost.exe', image])).toEqual(['SETUP.RUNNING']);
  });

  test('a role is half installed', () => {
    const [blocker] = findSetupBlockers(
      registryOf({...setup, [`${v15}\\MailboxRole`]: {Watermark: 'Step 7'}}),
      new Set(),
    );
    expect(blocker).toEqual({
      code: 'SETUP.WATERMARK',
      evidence: `setup stopped in MailboxRole (HKLM\\${v15}\\MailboxRole, Watermark "Step 7")`,
    });
  });

  test.each([
    'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
    'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
  ])('%s says that a restart is pending', (key) => {
    expect(codes({[key]: {}})).toEqual(['SETUP.REBOOT_PENDING']);
  });

  test('files of Exchange are replaced at the next start; those of others are no reason', () => {
    const pending = (...files: readonly string[]) =>
      codes({...setup, [sessionManager]: {PendingFileRenameOperations: files}});
    expect(pending('\\??\\C:\\Windows\\Temp\\scanner.tmp')).toEqual([]);
    expect(pending('\\??\\C:\\x', '\\??\\d:\\exchange\\v15\\Bin\\Store.dll')).toEqual(['SETUP.REBOOT_PENDING']);
  });

  test.each([
    [1, 2, []],
    [2, 2, []],
    [3, 2, ['SETUP.SERVICES_DISABLED']],
  ])('%i of its services are disabled and %i are not: %j', (off, on, expected) => {
    const start = (count: number, name: string, Start: number) =>
      Array.from({length: count}, (_, index) => [`${services}\\MSExchange${name}${index}`, {Start}] as const);
    const counters = [[`${services}\\MSExchange OWA`, {}] as const, [`${services}\\Spooler`, {Start: 4}] as const];
    expect(codes(Object.fromEntries([...start(off, 'Off', 4), ...start(on, 'On', 2), ...counters]))).toEqual(expected);
  });

  test('nothing of that is so, it may be changed', () => {
    expect(codes({...setup, [`${v15}\\MailboxRole`]: {ConfiguredVersion: '15.2.1118.7'}}, ['w3wp.exe'])).toEqual([]);
  });
});

describe('variables', () => {
  const key = `${sessionManager}\\Environment`;

  test("are the machine's before those of this process, and no others leave it", () => {
    const registry = registryOf({[key]: {ExchangeInstallPath: folder, windir: '%SystemRoot%', Secret: 'x'}});
    const own = {exchangeinstallpath: 'C:\\Old\\', WINDIR: 'E:\\Windows', SYSTEMROOT: 'E:\\Windows', TOKEN: 'x'};
    expect(machineEnvironment(registry, own)).toEqual({
      ExchangeInstallPath: folder,
      windir: 'E:\\Windows',
      SystemRoot: 'E:\\Windows',
      IIS_BIN: 'E:\\Windows\\System32\\inetsrv',
    });
  });
});

test('facts are put together from registry, files and processes', async () => {
  const machine = {
    registry: registryOf({
      ...setup,
      [`${v15}\\MailboxRole`]: {},
      'SOFTWARE\\Microsoft\\InetStp': {MajorVersion: 10, MinorVersion: 0},
    }),
    files: filesOf({
      'D:\\Exchange\\V15\\Bin\\ExSetup.exe': peImage('15.2.1118.7'),
      'C:\\WINDOWS\\system32\\inetsrv\\rewrite.dll': peImage('7.1.1993.2351'),
    }),
    env: {SystemRoot: 'C:\\Windows'},
    images: () => new Set(['w3wp.exe']),
    elevated: () => false,
  };
  expect(await readFacts(machine)).toMatchObject({
    exchange: {build: '15.2.1118.7', role: 'mailbox'},
    urlRewriteVersion: '7.1.1993.2351',
    iisVersion: '10.0',
    setupBlockers: [],
    elevated: false,
  });
  expect(await inetsrvVersion(machine, 'appcmd.exe')).toBeUndefined();
  expect((await readFacts({...machine, registry: registryOf({})})).iisVersion).toBe('not installed');
});
