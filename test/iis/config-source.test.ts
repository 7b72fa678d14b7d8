import {describe, expect, test} from 'vitest';
import {effectiveCollection} from '../../src/iis/effective.ts';
import {layersOf} from '../../src/iis/layers.ts';
import {attributeValue} from '../../src/iis/text/xml-node.ts';
import {configurationOf, smallServer, webConfig, webConfigPath} from '../support/application-host.ts';

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
