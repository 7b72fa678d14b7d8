import {describe, expect, test} from 'vitest';
import {effectiveCollection} from '../../src/iis/effective.ts';
import {layersOf} from '../../src/iis/layers.ts';
import {attributeValue} from '../../src/iis/text/xml-node.ts';
import {
  applicationHost,
  configurationOf,
  lineWith,
  smallServer,
  webConfig,
  webConfigPath,
} from '../support/application-host.ts';
import {applicationHostPath, configFolder} from '../support/memory-server.ts';

const rules = 'system.webServer/rewrite/rules';
const pointing = (source: string): string =>
  `<system.webServer><rewrite>\n<rules configSource="${source}" />\n</rewrite></system.webServer>`;
const pointingLine =
  webConfig(pointing('rules.config'))
    .split('\n')
    .findIndex((line) => line.includes('configSource')) + 1;

const seen = async (root: string, files: Readonly<Record<string, string>>, configPath = 'Site/app') => {
  const server = smallServer(
    {},
    {root, app: '<system.webServer><rewrite><rules><rule name="own" /></rules></rewrite></system.webServer>'},
  ).with({files});
  const path = await layersOf(await configurationOf(server), configPath);
  const {items} = effectiveCollection(path, rules, '');
  return {
    names: items.map(({element, file, line}) => `${attributeValue(element, 'name')} ${file.path}:${line}`),
    faults: path.faults,
  };
};

const folder = webConfigPath('root').replace(/\\web\.config$/, '');

describe('a section that stands in a file of its own', () => {
  test('is read from there, inherited, and its elements come from that file and line', async () => {
    const {names, faults} = await seen(pointing('rules.config'), {
      [`${folder}\\rules.config`]: '<?xml version="1.0"?>\n<rules>\n  <rule name="apart" />\n</rules>',
    });
    expect(faults).toEqual([]);
    expect(names[0]).toBe(`apart ${folder}\\rules.config:3`);
    expect(names[1]).toMatch(/^own /);
  });

  test.each([
    ['is missing', {}],
    ['is malformed', {'rules.config': '<rules><rule></rules>'}],
    ['holds another section', {'rules.config': '<outboundRules />'}],
  ])('and %s: IIS answers 500.19, at the line that names it', async (_, found) => {
    const files = Object.fromEntries(Object.entries(found).map(([name, text]) => [`${folder}\\${name}`, text]));
    const {faults} = await seen(pointing('rules.config'), files);
    expect(faults).toEqual([
      {file: webConfigPath('root'), line: pointingLine, column: 1, reason: 'Specified configSource cannot be parsed'},
    ]);
  });
});

describe('the content of an element that stands in a file of its own (childSource)', () => {
  const naming = '<system.webServer><rewrite>\n<rules childSource="rules.config" />\n</rewrite></system.webServer>';

  test('is read from there, inherited, and its elements come from that file and line', async () => {
    const {names, faults} = await seen(naming, {
      [`${folder}\\rules.config`]: '<rules>\n  <rule name="apart" />\n</rules>',
    });
    expect(faults).toEqual([]);
    expect(names[0]).toBe(`apart ${folder}\\rules.config:2`);
  });

  test('and is missing: a fault at the line that names it', async () => {
    expect((await seen(naming, {})).faults).toMatchObject([{file: webConfigPath('root'), line: pointingLine}]);
  });

  test('may be a collection inside of a section', async () => {
    const outbound = `<system.webServer><rewrite><outboundRules>
      <preConditions childSource="pre.config" /></outboundRules></rewrite></system.webServer>`;
    const server = smallServer({}, {root: outbound}).with({
      files: {[`${folder}\\pre.config`]: '<preConditions><preCondition name="P" /></preConditions>'},
    });
    const path = await layersOf(await configurationOf(server), 'Site');
    const {items} = effectiveCollection(path, 'system.webServer/rewrite/outboundRules', 'preConditions');
    expect(items.map(({file}) => file.path)).toEqual([`${folder}\\pre.config`]);
  });
});

describe('in applicationHost.config', () => {
  const inHost = async (attribute: string) => {
    const body = `<system.webServer><rewrite>\n<rules ${attribute}="rules.config" />\n</rewrite></system.webServer>`;
    const server = smallServer({body}).with({
      files: {[`${configFolder}\\rules.config`]: '<rules><rule name="a" /></rules>'},
    });
    return {
      path: await layersOf(await configurationOf(server), 'Site'),
      line: lineWith(applicationHost({body}), attribute),
    };
  };

  test('configSource is an attribute that IIS does not know there', async () => {
    const {path, line} = await inHost('configSource');
    expect(path.faults).toMatchObject([
      {file: applicationHostPath, line, column: 1, reason: "Unrecognized attribute 'configSource'"},
    ]);
  });

  test('childSource is read', async () => {
    const {path} = await inHost('childSource');
    expect(path.faults).toEqual([]);
    expect(effectiveCollection(path, rules, '').items).toHaveLength(1);
  });

  test('sites that stand in another file are refused in words, at the line that says so', async () => {
    const text = applicationHost().replace('<sites>', '<sites childSource="sites.config">');
    const server = smallServer().with({files: {[applicationHostPath]: text}});
    await expect(configurationOf(server)).rejects.toMatchObject({
      code: 'IIS.CHILD_SOURCE',
      where: {file: applicationHostPath, line: lineWith(text, 'childSource')},
    });
  });
});
