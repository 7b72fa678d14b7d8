import {expect, test} from 'vitest';
import {brokenApplications} from '../../src/operations/broken-applications.ts';
import {configurationOf, smallServer, webConfigPath} from '../support/application-host.ts';
import {configFolder, fixtureServer} from '../support/memory-server.ts';

const filtering = (content: string): string =>
  `<system.webServer><security><requestFiltering>\n${content}\n</requestFiltering></security></system.webServer>`;

test('an application is broken by any section that requests read, and so is what lies below it', async () => {
  const webs = {app: filtering('<requestLimits maxUrl="long" />')};
  expect(await brokenApplications(await configurationOf(smallServer({}, webs)))).toEqual(
    ['Site/app', 'Site/app/nested'].map((configPath) => ({
      configPath,
      file: webConfigPath('app'),
      line: 4,
      reason: expect.stringContaining('maxUrl'),
    })),
  );
});

test('what the schema of the server allows breaks nothing', async () => {
  const webs = {app: filtering('<requestLimits maxHeader="1" />')};
  const schema = `<configSchema><sectionSchema name="system.webServer/security/requestFiltering">
    <element name="requestLimits"><attribute name="maxHeader" type="uint" /></element></sectionSchema></configSchema>`;
  const server = smallServer({}, webs);
  expect(await brokenApplications(await configurationOf(server))).toHaveLength(2);
  const taught = server.with({files: {[`${configFolder}\\schema\\IIS_schema.xml`]: schema}});
  expect(await brokenApplications(await configurationOf(taught))).toEqual([]);
});

test.each(['exchange2019-cu12', 'exchange2016-cu19', 'exchange-se', 'plain-iis'])(
  'nothing of %s is broken',
  async (name) => {
    expect(await brokenApplications(await configurationOf(fixtureServer(name)))).toEqual([]);
  },
);
