import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {isRefusal} from '../../src/kit/refusal.ts';
import type {StartedProcess} from '../../src/server/command.ts';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import {openSandboxReader} from '../../src/server/sandbox/reader.ts';
import {addM1, makeLab, siteConfig} from './lab.ts';

const refusalOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    return isRefusal(error) ? error.code : String(error);
  }
};

describe('programs as processes', () => {
  test('exit codes have all their bits, and the child is known before it ends', async () => {
    const lab = await makeLab({processes: true});
    const started: StartedProcess[] = [];
    const run = (...args: readonly string[]) =>
      lab.server.commands.run(
        {tool: 'appcmd.exe', args},
        {timeoutMs: 20_000, onStarted: (child) => void started.push(child)},
      );
    expect((await run('start', 'site', 'Missing')).exitCode).toBe(1168);
    lab.fault('call-cancelled');
    expect((await run('stop', 'apppool', 'MSExchangeECPAppPool')).exitCode).toBe(2147549190);
    expect((await lab.sc('query', 'Missing')).exitCode).toBe(1060);
    expect(started).toHaveLength(2);
    for (const child of started) {
      expect(child.startTime).toMatch(/^\d+$/);
      expect(await lab.server.isRunning(child)).toBe(false);
    }
  });

  test('argv arrives as it was given', async () => {
    const lab = await makeLab({processes: true});
    const name = `a "quoted" $(name) %PATH% \\ & | < > ^ 漢`;
    const {exitCode} = await lab.appcmd('set', 'config', 'Default Web Site', '/section:rules', `/+[name='${name}']`);
    expect(exitCode).toBe(0);
    expect((await lab.appcmd('list', 'config', 'Default Web Site', '/section:rules')).stdout).toContain('漢');
    expect(lab.read(siteConfig)).toContain('a &quot;quoted&quot; $(name) %PATH% \\ &amp; | &lt; &gt; ^ 漢');
  });

  test('do the same as the same programs called as functions', async () => {
    const [one, other] = [await makeLab({processes: true}), await makeLab()];
    for (const argv of [
      addM1(),
      ['list', 'sites', '/xml'],
      addM1(),
      ['set', 'apppool', 'MSExchangeECPAppPool', '/autoStart:false'],
    ]) {
      const [process, called] = [await one.appcmd(...argv), await other.appcmd(...argv)];
      expect({...process, durationMs: 0}).toEqual({...called, durationMs: 0});
    }
    expect(one.bytes(siteConfig)).toEqual(other.bytes(siteConfig));
  });

  test('one that is killed has no exit code', async () => {
    const lab = await makeLab({processes: true});
    const before = lab.bytes(siteConfig);
    lab.fault('killed-before-commit');
    expect(await refusalOf(lab.appcmd(...addM1()))).toBe('SERVER.TOOL_CRASHED');
    expect(lab.bytes(siteConfig)).toEqual(before);
    lab.fault('killed-after-commit');
    expect(await refusalOf(lab.appcmd(...addM1()))).toBe('SERVER.TOOL_CRASHED');
    expect(lab.read(siteConfig)).toContain('stopgap M1.1');
  });

  test('server.json may name other ones', async () => {
    const lab = await makeLab({processes: true});
    const script = (name: string, text: string): string[] => {
      const file = join(lab.dir, name);
      writeFileSync(file, text);
      return [process.execPath, file];
    };
    const other = script(
      'other.mjs',
      "import {writeSync} from 'node:fs'; console.log(process.argv.slice(2).join('|')); writeSync(3, '4294967295\\n');",
    );
    const endless = script('endless.mjs', 'setInterval(() => {}, 1000);');
    lab.describe(() => ({tools: {appcmd: other, sc: endless}}));
    expect(await lab.appcmd('a', 'b c')).toMatchObject({exitCode: 4294967295, stdout: 'a|b c\n'});
    const slow = lab.server.commands.run({tool: 'sc.exe', args: []}, {timeoutMs: 500});
    expect(await refusalOf(slow)).toBe('SERVER.TOOL_TIMEOUT');
    lab.describe(() => ({tools: {appcmd: [join(lab.dir, 'missing')]}}));
    expect(await refusalOf(lab.appcmd('list', 'site'))).toBe('SERVER.TOOL_MISSING');
  });
});

describe('looking at a sandbox', () => {
  test('facts and files start no process', async () => {
    const lab = await makeLab();
    lab.describe(() => ({tools: {appcmd: ['/missing'], sc: ['/missing']}}));
    const reader = await openSandboxReader(lab.dir);
    expect(await reader.facts()).toMatchObject({exchange: {build: '15.2.1118.7'}, iisVersion: '10.0', elevated: true});
    expect(await reader.readFile('c:/INETPUB/wwwroot/WEB.config')).toEqual(lab.bytes(siteConfig));
    expect(await reader.readFile('C:\\missing.txt')).toBeUndefined();
    expect(await reader.readFile('\\\\server\\share\\x')).toBeUndefined();
    expect(await reader.readFile('C:\\..\\..\\server.json')).toBeUndefined();
    expect(await refusalOf(reader.service('W3SVC'))).toBe('SERVER.TOOL_MISSING');
  });

  test('a reader has no way to change anything', async () => {
    const lab = await makeLab();
    const reader = await openSandboxReader(lab.dir, {inProcess: true});
    expect(Object.keys(reader)).not.toContain('commands');
    expect(Object.keys(reader).toSorted()).toEqual(
      [
        'appPoolState',
        'configFolder',
        'dependents',
        'exchangeSettings',
        'facts',
        'kind',
        'maintenanceMode',
        'name',
        'now',
        'processRuns',
        'readFile',
        'service',
      ].toSorted(),
    );
  });

  test('a folder that is none is refused', async () => {
    expect(await refusalOf(openSandbox('/nowhere/at/all'))).toBe('SANDBOX.NO_SERVER_JSON');
  });
});

test('one lock for one folder, however it is named', async () => {
  const lab = await makeLab();
  const same = await openSandbox(join(lab.dir, '..', 'lab'), {inProcess: true});
  const release = await lab.server.lock();
  expect(release).toBeDefined();
  expect(await same.lock()).toBeUndefined();
  await release?.();
  const again = await same.lock();
  expect(again).toBeDefined();
  await again?.();
});

test('a process runs until it ends, and another one with its id is another one', async () => {
  const lab = await makeLab();
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  expect(await lab.server.isRunning({pid, startTime})).toBe(true);
  expect(await lab.server.isRunning({pid, startTime: '1'})).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await lab.server.isRunning({pid, startTime})).toBe(false);
});

test('a file is put back to the byte', async () => {
  const lab = await makeLab();
  const before = lab.bytes(siteConfig);
  await lab.appcmd(...addM1());
  await lab.server.restorer.restoreFile(siteConfig.toUpperCase(), before);
  expect(lab.bytes(siteConfig)).toEqual(before);
});

test('waiting costs no time and moves the clock', async () => {
  const {server} = await makeLab();
  const [simulated, real] = [server.clock.now().getTime(), Date.now()];
  await server.clock.sleep(3_600_000);
  expect(server.clock.now().getTime() - simulated).toBeGreaterThanOrEqual(3_600_000);
  expect(Date.now() - real).toBeLessThan(5_000);
});
