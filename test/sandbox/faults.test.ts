import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {clearFaults, listFaults} from '../../src/server/sandbox/faults.ts';
import {addM1, applicationHost, makeLab, siteConfig} from './lab.ts';

const pool = 'MSExchangeECPAppPool';

describe('a fault', () => {
  test('strikes at the chance that was named, once', async () => {
    const lab = await makeLab();
    lab.fault('file-in-use', 2);
    const results = [];
    for (const value of ['false', 'true', 'false']) {
      results.push((await lab.appcmd('set', 'apppool', pool, `/autoStart:${value}`)).exitCode);
    }
    expect(results).toEqual([0, 32, 0]);
    expect(listFaults(lab.dir, new Date())).toEqual([]);
  });

  test('is disarmed by name or with all others', async () => {
    const lab = await makeLab();
    lab.fault('file-in-use');
    lab.fault('slow-stop');
    clearFaults(lab.dir, new Date(), 'file-in-use');
    expect(listFaults(lab.dir, new Date())).toEqual([{name: 'slow-stop', at: 1}]);
    clearFaults(lab.dir, new Date(), undefined);
    expect(listFaults(lab.dir, new Date())).toEqual([]);
  });
});

test.each([
  ['file-in-use', 32],
  ['access-denied', 5],
] as const)('%s at the commit changes nothing although "Applied" was printed', async (name, exitCode) => {
  const lab = await makeLab();
  const before = lab.bytes(siteConfig);
  lab.fault(name);
  const result = await lab.appcmd(...addM1());
  expect(result).toMatchObject({exitCode, stdout: expect.stringMatching(/^Applied configuration changes/)});
  expect(lab.bytes(siteConfig)).toEqual(before);
  expect((await lab.appcmd(...addM1())).exitCode).toBe(0);
});

test('a writer that is killed half way leaves half a file', async () => {
  const lab = await makeLab();
  lab.fault('killed-mid-write');
  await expect(lab.appcmd(...addM1())).rejects.toMatchObject({code: 'SERVER.TOOL_CRASHED'});
  expect(lab.request('/')).toMatchObject({status: 500, subStatus: 19});
});

test('a slow stop is pending for minutes', async () => {
  const lab = await makeLab();
  lab.fault('slow-stop');
  await lab.sc('stop', 'MSExchangeMitigation');
  await lab.server.clock.sleep(60_000);
  expect(await lab.server.service('MSExchangeMitigation')).toMatchObject({state: 'STOP_PENDING'});
  await lab.server.clock.sleep(600_000);
  expect(await lab.server.service('MSExchangeMitigation')).toMatchObject({state: 'STOPPED'});
});

test('a Russian server says it in its own code page and means the same', async () => {
  const lab = await makeLab();
  lab.fault('localised-ru');
  const {exitCode, stdout} = await lab.appcmd('start', 'site', 'ghost');
  expect(exitCode).toBe(1168);
  expect(stdout).toMatch(/^ERROR \( message:/);
  expect(stdout).toContain('SITE');
  expect(stdout).not.toContain('Cannot find');
  expect(new TextDecoder('ibm866').decode(Buffer.from(stdout, 'latin1'))).toContain(
    'Не удалось найти объект SITE с идентификатором "ghost".',
  );
});

test('nothing of the simulator lies on the disk of the server', async () => {
  const lab = await makeLab();
  const files = (): readonly string[] => readdirSync(join(lab.dir, 'C'), {recursive: true}).map(String).toSorted();
  const before = files();
  await lab.appcmd(...addM1());
  await lab.appcmd('set', 'apppool', pool, '/autoStart:false');
  await lab.appcmd('stop', 'apppool', pool);
  await lab.sc('stop', 'MSExchangeMitigation');
  expect(files()).toEqual(before);
  expect(lab.read(applicationHost)).toContain('autoStart="false"');
});
