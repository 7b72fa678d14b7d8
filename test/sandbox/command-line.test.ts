import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import {cli} from '../cli/collect.ts';
import {addM1, fixture} from './lab.ts';

const place = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'stopgap-cli-'));
  onTestFinished(() => rmSync(root, {recursive: true, force: true}));
  return root;
};

test('a sandbox is made, asked, disturbed, restarted and updated from the command line', async () => {
  const cwd = place();
  const run = async (...argv: readonly string[]) => {
    const {exitCode, stdout, stderr} = await cli(['sandbox', ...argv], {cwd});
    expect(exitCode, stderr).toBe(0);
    return stdout;
  };
  expect(await run('create', 'lab', '--from', fixture('exchange2019-cu12'))).toContain('15.2.1118.7');
  const {commands} = await openSandbox(join(cwd, 'lab'), {inProcess: true});
  await commands.run({tool: 'appcmd.exe', args: addM1()}, {timeoutMs: 20_000});

  const attack = 'https://mail.example.org/autodiscover/x?%70owershell';
  expect(await run('request', 'lab', attack)).toMatch(/connection reset[\s\S]*"stopgap M1\.1/);
  const json = await run('request', 'lab', '/owa/', '--header', 'X-A: b', '--json');
  expect(JSON.parse(json)).toMatchObject({
    ok: true,
    code: 'SANDBOX.ANSWERED',
    data: {status: 200, application: '/owa'},
  });

  expect(await run('fault', 'lab', 'file-in-use', '--at', '2')).toContain('file-in-use at chance 2');
  expect(await run('fault', 'lab', '--clear')).toContain('No fault is armed');
  await run('iisreset', 'lab');
  await run('reboot', 'lab');
  expect(await run('cu', 'lab', '--build', '15.2.1258.12')).toContain('from 15.2.1118.7 to 15.2.1258.12');
  expect(await run('request', 'lab', attack)).toMatch(/^200/);
});

test.each([
  [['sandbox', 'request', 'nowhere', '/'], 'SANDBOX.NO_SERVER_JSON'],
  [['sandbox', 'fault', 'nowhere', 'file-in-use'], 'SANDBOX.NO_SERVER_JSON'],
  [['sandbox', 'reboot', 'nowhere'], 'SANDBOX.NO_SERVER_JSON'],
  [['sandbox', 'cu', 'nowhere'], 'SANDBOX.NO_PRISTINE'],
  [['sandbox', 'cu', 'nowhere', '--build', '99'], 'SANDBOX.BAD_BUILD'],
  [['sandbox', 'create', 'x', '--from', 'nowhere'], 'SANDBOX.NO_TREE'],
  [['sandbox', 'request', 'x', 'ftp://x'], 'USAGE.URL'],
  [['sandbox', 'request', 'x', '/', '--header', 'nonsense'], 'USAGE.HEADER'],
])('%j is refused with %s and leaves nothing behind', async (argv, code) => {
  const cwd = place();
  const {exitCode, stdout} = await cli([...argv, '--json'], {cwd});
  expect([exitCode, JSON.parse(stdout).code]).toEqual([3, code]);
  expect(existsSync(join(cwd, 'nowhere')) || existsSync(join(cwd, 'x'))).toBe(false);
});
