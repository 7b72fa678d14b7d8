import {describe, expect, test} from 'vitest';
import {cumulativeUpdate} from '../../src/server/sandbox/cumulative-update.ts';
import {iisReset, reboot} from '../../src/server/sandbox/restart.ts';
import {addM1, addM2, applicationHost, makeLab, siteConfig} from './lab.ts';

const pool = 'MSExchangeECPAppPool';

describe('an application pool', () => {
  test('does not stop when autoStart becomes false', async () => {
    const lab = await makeLab();
    await lab.appcmd('set', 'apppool', pool, '/autoStart:false');
    expect(await lab.server.appPoolState(pool)).toBe('Started');
    expect((await lab.appcmd('stop', 'apppool', `/apppool.name:${pool}`)).exitCode).toBe(0);
    expect(await lab.server.appPoolState(pool)).toBe('Stopped');
  });

  test('that was only stopped is back after iisreset, and one with autoStart false is not', async () => {
    const lab = await makeLab();
    const other = 'MSExchangeOABAppPool';
    await lab.appcmd('stop', 'apppool', pool);
    await lab.appcmd('set', 'apppool', other, '/autoStart:false');
    await lab.appcmd('stop', 'apppool', other);
    iisReset(lab.dir, new Date());
    expect(await lab.server.appPoolState(pool)).toBe('Started');
    expect(await lab.server.appPoolState(other)).toBe('Stopped');
  });

  test('is Unknown while W3SVC is stopped', async () => {
    const lab = await makeLab();
    await lab.sc('stop', 'W3SVC');
    await lab.server.clock.sleep(20_000);
    expect(await lab.server.appPoolState(pool)).toBe('Unknown');
    expect((await lab.appcmd('stop', 'apppool', pool)).exitCode).toBe(50);
  });

  test('can be listed by property, as text, as XML and as configuration', async () => {
    const lab = await makeLab();
    await lab.appcmd('stop', 'apppool', pool);
    expect((await lab.appcmd('list', 'apppools', '/state:Stopped', '/text:name')).stdout).toBe(`${pool}\r\n`);
    expect((await lab.appcmd('list', 'apppool', pool)).stdout).toBe(
      `APPPOOL "${pool}" (MgdVersion:v4.0,MgdMode:Integrated,state:Stopped)\r\n`,
    );
    expect((await lab.appcmd('list', 'apppool', pool, '/config')).stdout).toMatch(/^<add name="MSExchangeECPAppPool"/);
    expect((await lab.appcmd('list', 'apppool', pool, '/text:*')).stdout).toContain(`APPPOOL.NAME: ${pool}\r\n`);
  });

  test('that somebody starts again is found running later', async () => {
    const lab = await makeLab();
    lab.fault('pool-restarts');
    await lab.appcmd('stop', 'apppool', pool);
    expect(await lab.server.appPoolState(pool)).toBe('Stopped');
    await lab.server.clock.sleep(60_000);
    expect(await lab.server.appPoolState(pool)).toBe('Started');
  });
});

describe('a reboot', () => {
  test('settles what is pending and starts by start types', async () => {
    const lab = await makeLab();
    await lab.sc('config', 'MSExchangeHM', 'start=', 'disabled');
    await lab.sc('stop', 'MSExchangeHM');
    await lab.sc('stop', 'MSExchangeMitigation');
    reboot(lab.dir, new Date());
    expect(await lab.server.service('MSExchangeHM')).toMatchObject({state: 'STOPPED', startType: 'disabled'});
    expect(await lab.server.service('MSExchangeMitigation')).toMatchObject({state: 'RUNNING'});
    expect(await lab.server.service('WAS')).toMatchObject({state: 'RUNNING', startType: 'demand'});
    expect(await lab.server.processRuns('MSExchangeHMWorker.exe')).toBe(false);
  });

  test('leaves a service off that needs a disabled one', async () => {
    const lab = await makeLab();
    await lab.sc('config', 'WAS', 'start=', 'disabled');
    reboot(lab.dir, new Date());
    expect(await lab.server.service('W3SVC')).toMatchObject({state: 'STOPPED'});
    expect(lab.request('/').status).toBe('reset');
  });
});

describe('a cumulative update', () => {
  test('drops rules in web.config, keeps those in applicationHost.config and switches everything on', async () => {
    const lab = await makeLab();
    await lab.appcmd(...addM1());
    await lab.appcmd(...addM2('/commit:apphost'));
    await lab.appcmd('set', 'apppool', pool, '/autoStart:false');
    await lab.appcmd('stop', 'apppool', pool);
    await lab.sc('config', 'MSExchangeHM', 'start=', 'disabled');
    const result = cumulativeUpdate(lab.dir, new Date(), {build: '15.2.1258.12', dropLocations: false});
    expect(result).toMatchObject({
      from: '15.2.1118.7',
      to: '15.2.1258.12',
      replaced: expect.arrayContaining([siteConfig]),
    });
    expect(lab.read(siteConfig)).not.toContain('stopgap');
    expect(lab.read(applicationHost)).toContain('RESPONSE_Content_Security_Policy');
    expect(await lab.server.appPoolState(pool)).toBe('Started');
    expect(await lab.server.service('MSExchangeHM')).toMatchObject({startType: 'auto', state: 'RUNNING'});
    expect((await lab.server.facts()).exchange?.build).toBe('15.2.1258.12');
  });

  test('that makes virtual directories anew drops what was in their locations', async () => {
    const lab = await makeLab();
    const before = lab.bytes(applicationHost);
    await lab.appcmd(...addM2('/commit:apphost'));
    await lab.appcmd('set', 'config', 'Default Web Site/made/up', '/section:rules', "/+[name='A']", '/commit:apphost');
    cumulativeUpdate(lab.dir, new Date(), {dropLocations: true});
    expect(lab.bytes(applicationHost)).toEqual(before);
  });
});
