import {expect, test} from 'vitest';
import {parseAppcmdObjects} from '../../src/server/appcmd-output.ts';
import {addM1, applicationHost, makeLab, rules, siteConfig} from './lab.ts';

const site = 'Default Web Site';

test('sites, applications and virtual directories come, change and go', async () => {
  const lab = await makeLab();
  const before = lab.bytes(applicationHost);
  const run = async (...argv: readonly string[]) => {
    const {exitCode, stdout} = await lab.appcmd(...argv);
    expect(exitCode, stdout).toBe(0);
    return stdout;
  };
  expect(await run('add', 'site', '/name:Test', '/bindings:http/*:8080:', '/physicalPath:C:\\inetpub\\wwwroot')).toBe(
    'SITE object "Test" added\r\nAPP object "Test/" added\r\nVDIR object "Test/" added\r\n',
  );
  await run(
    'add',
    'app',
    '/site.name:Test',
    '/path:/a',
    '/physicalPath:C:\\inetpub\\wwwroot',
    '/applicationPool:MSExchangeECPAppPool',
  );
  await run('add', 'vdir', '/app.name:Test/a', '/path:/v', '/physicalPath:C:\\inetpub');
  expect(await run('list', 'app', 'Test/a')).toBe('APP "Test/a" (applicationPool:MSExchangeECPAppPool)\r\n');
  expect(await run('list', 'vdirs', '/APP.NAME:Test/a', '/text:VDIR.NAME')).toBe('Test/a/\r\nTest/a/v\r\n');
  await run('set', 'vdir', 'Test/a/v', '/physicalPath:C:\\inetpub\\wwwroot');
  expect(await run('list', 'vdir', 'Test/a/v')).toBe('VDIR "Test/a/v" (physicalPath:C:\\inetpub\\wwwroot)\r\n');
  await run('set', 'site', 'Test', '/bindings:http/*:8081:,https/*:444:');
  expect(await run('list', 'site', 'Test')).toMatch(/bindings:http\/\*:8081:,https\/\*:444:,state:Started\)/);
  await run('delete', 'vdir', 'Test/a/v');
  await run('delete', 'app', 'Test/a');
  await run('delete', 'site', 'Test');
  expect(lab.bytes(applicationHost)).toEqual(before);
});

test('a new pool takes its attributes and elements in one command', async () => {
  const lab = await makeLab();
  await lab.appcmd('add', 'apppool', '/name:New', '/autoStart:false', '/processModel.idleTimeout:00:00:00');
  expect(lab.read(applicationHost)).toMatch(
    /<add name="New" autoStart="false">\s*<processModel idleTimeout="00:00:00" \/>\s*<\/add>/,
  );
  expect(await lab.server.appPoolState('New')).toBe('Stopped');
  expect((await lab.appcmd('add', 'apppool', '/name:a|b')).exitCode).not.toBe(0);
  expect((await lab.appcmd('set', 'apppool', 'New', '/queueLength:5')).exitCode).not.toBe(0);
});

test('a backup brings applicationHost.config back and leaves web.config alone', async () => {
  const lab = await makeLab();
  const before = lab.bytes(applicationHost);
  await lab.appcmd('add', 'backup', 'mine');
  expect((await lab.appcmd('add', 'backup', 'mine')).exitCode).not.toBe(0);
  expect((await lab.appcmd('list', 'backups')).stdout).toContain('BACKUP "mine"\r\n');
  await lab.appcmd(...addM1());
  await lab.appcmd('set', 'apppool', 'MSExchangeECPAppPool', '/autoStart:false');
  expect((await lab.appcmd('restore', 'backup', 'mine')).exitCode).toBe(0);
  expect(lab.bytes(applicationHost)).toEqual(before);
  expect(lab.read(siteConfig)).toContain('stopgap M1.1');
  expect((await lab.appcmd('delete', 'backup', 'mine')).exitCode).toBe(0);
  expect((await lab.appcmd('restore', 'backup', 'mine')).exitCode).not.toBe(0);
});

test('list config says in XML whether a section is delegated', async () => {
  const lab = await makeLab();
  const mode = async (section: string) =>
    (
      await parseAppcmdObjects(
        (
          await lab.appcmd('list', 'config', site, `/section:${section}`, '/xml')
        ).stdout,
        'CONFIG',
      )
    )[0]?.['overrideMode'];
  expect(await mode('system.webServer/rewrite/rules')).toBe('Allow');
  expect(await mode('system.webServer/rewrite/allowedServerVariables')).toBe('Deny');
  await lab.appcmd('lock', 'config', site, rules);
  expect(await mode('system.webServer/rewrite/rules')).toBe('Deny');
});

test('list config without a section shows all that something is said about', async () => {
  const lab = await makeLab();
  await lab.appcmd(...addM1());
  const {stdout} = await lab.appcmd('list', 'config', site);
  expect(stdout).toContain('stopgap M1.1');
  expect(stdout).toMatch(/<modules\b/);
  expect((await lab.appcmd('list', 'config', '/section:?')).stdout).toContain('system.webServer/rewrite/rules\r\n');
});

test('search config finds the levels that say something about a section', async () => {
  const lab = await makeLab();
  await lab.appcmd(...addM1());
  await lab.appcmd('set', 'config', `${site}/owa`, rules, "/+[name='A']", '/commit:apphost');
  const {stdout} = await lab.appcmd('search', 'config', rules);
  expect(stdout.trim().split('\r\n')).toEqual([
    'CONFIGSEARCH "MACHINE/WEBROOT/APPHOST/Default Web Site"',
    'CONFIGSEARCH "MACHINE/WEBROOT/APPHOST/Default Web Site/owa"',
  ]);
});

test('modules and worker processes can be listed', async () => {
  const lab = await makeLab();
  expect((await lab.appcmd('list', 'modules')).stdout).toMatch(/^MODULE "/);
  const workers = (await lab.appcmd('list', 'wps', '/text:applicationPool')).stdout;
  await lab.appcmd('stop', 'apppool', 'MSExchangeECPAppPool');
  expect(workers).toContain('MSExchangeECPAppPool\r\n');
  expect((await lab.appcmd('list', 'wps', '/text:applicationPool')).stdout).not.toContain('MSExchangeECPAppPool\r\n');
  expect(await lab.appcmd('list', 'requests')).toMatchObject({exitCode: 0, stdout: ''});
});

test('what the simulator does not do it says', async () => {
  const lab = await makeLab();
  expect((await lab.appcmd('list', 'site', '/in')).exitCode).not.toBe(0);
});

test('a shared configuration that cannot be reached is an error, not an empty server', async () => {
  const lab = await makeLab();
  lab.write(
    'C:\\Windows\\System32\\inetsrv\\config\\redirection.config',
    '<configuration><configurationRedirection enabled="true" path="\\\\nowhere\\share" /></configuration>',
  );
  const {exitCode, stdout} = await lab.appcmd('list', 'sites');
  expect(exitCode).not.toBe(0);
  expect(stdout).toContain('Cannot read configuration file');
});
