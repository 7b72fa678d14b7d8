import {describe, expect, test} from 'vitest';
import {effectiveCollection} from '../../src/iis/effective.ts';
import {layersOf} from '../../src/iis/layers.ts';
import {mayAdd} from '../../src/iis/locks.ts';
import {attributeValue} from '../../src/iis/text/xml-node.ts';
import {configurationOf, smallServer} from '../support/application-host.ts';
import {applicationHostPath} from '../support/memory-server.ts';

const folder = 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Config';
const rules = (content: string): string =>
  `<system.webServer><rewrite><rules>\n${content}\n</rules></rewrite></system.webServer>`;
const around = (content: string): string => `<configuration>\r\n${content}\r\n</configuration>`;

const withFramework = (machine: string, web: string) =>
  configurationOf(
    smallServer({body: rules('<rule name="host" />')}, {app: rules('<rule name="app" />')}).with({
      files: {[`${folder}\\machine.config`]: machine, [`${folder}\\web.config`]: web},
    }),
  );

describe('machine.config and the web.config of the machine', () => {
  test('are read before applicationHost.config, by every path', async () => {
    const configuration = await withFramework(
      around(rules('<rule name="machine" />')),
      around(
        `${rules('<rule name="web" />')}<location path="Site/app">${rules('<rule name="web for app" />')}</location>`,
      ),
    );
    const {items} = effectiveCollection(
      await layersOf(configuration, 'Site/app'),
      'system.webServer/rewrite/rules',
      '',
    );
    expect(items.map(({element, file}) => [attributeValue(element, 'name'), file.path.split('\\').at(-1)])).toEqual([
      ['machine', 'machine.config'],
      ['web', 'web.config'],
      ['host', 'applicationHost.config'],
      ['web for app', 'web.config'],
      ['app', 'web.config'],
    ]);
  });

  test('that cannot be read break every path, at their line', async () => {
    const configuration = await withFramework('<configuration>\r\n<a>\r\n</configuration>', around(''));
    const {faults, layers} = await layersOf(configuration, 'Site');
    expect(faults).toMatchObject([{file: `${folder}\\machine.config`, line: 3}]);
    expect(layers.map(({file}) => file.path)).toContain(applicationHostPath);
  });

  test('lock what stands in applicationHost.config: it is the file below', async () => {
    const locked = `<location path="Site" overrideMode="Deny">${rules('')}</location>`;
    const configuration = await withFramework(around(''), around(locked));
    const edit = {section: 'system.webServer/rewrite/rules', collection: '', file: applicationHostPath} as const;
    expect(mayAdd(configuration, await layersOf(configuration, 'Site'), {...edit, commit: 'apphost'})).toMatchObject({
      allowed: false,
      file: `${folder}\\web.config`,
      line: 2,
    });
  });

  test('that are not there are not missed', async () => {
    const configuration = await configurationOf(smallServer());
    expect(await configuration.framework()).toEqual([]);
  });
});
