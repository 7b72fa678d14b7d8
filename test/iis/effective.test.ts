import {describe, expect, test} from 'vitest';
import {type EffectiveCollection, effectiveCollection, sectionFaults} from '../../src/iis/effective.ts';
import {layersOf} from '../../src/iis/layers.ts';
import {attributeValue} from '../../src/iis/text/xml-node.ts';
import {
  applicationHost,
  configurationOf,
  type HostParts,
  lineWith,
  smallServer,
  type WebConfigs,
  webConfig,
  webConfigPath,
} from '../support/application-host.ts';
import {applicationHostPath, fixtureServer} from '../support/memory-server.ts';

const rulesSection = 'system.webServer/rewrite/rules';
const rules = (content: string): string =>
  `<system.webServer><rewrite><rules>\n${content}\n</rules></rewrite></system.webServer>`;

const collect = async (configPath: string, host: HostParts, webs: WebConfigs): Promise<EffectiveCollection> =>
  effectiveCollection(await layersOf(await configurationOf(smallServer(host, webs)), configPath), rulesSection, '');

const names = ({items}: EffectiveCollection): readonly string[] =>
  items.map(({element}) => attributeValue(element, 'name') ?? '');

describe('the effective collection', () => {
  test.each<readonly [string, HostParts, WebConfigs, readonly string[]]>([
    ['parent before child', {}, {root: rules('<rule name="a" />'), app: rules('<rule name="b" />')}, ['a', 'b']],
    [
      '<remove> takes an inherited item',
      {},
      {root: rules('<rule name="a" /><rule name="b" />'), app: rules('<remove name="a" />')},
      ['b'],
    ],
    [
      '<remove> does not look at letter case',
      {},
      {root: rules('<rule name="Abc" />'), app: rules('<remove name="aBC" />')},
      [],
    ],
    [
      '<clear /> takes everything before it',
      {},
      {root: rules('<rule name="a" />'), app: rules('<rule name="b" /><clear /><rule name="c" />')},
      ['c'],
    ],
    [
      'what is added again after a <remove> stands last',
      {},
      {root: rules('<rule name="a" /><rule name="b" />'), app: rules('<remove name="a" /><rule name="a" />')},
      ['b', 'a'],
    ],
    [
      '<remove> of what is not there does nothing',
      {},
      {root: rules('<rule name="a" />'), app: rules('<remove name="x" />')},
      ['a'],
    ],
    [
      'locations of applicationHost.config count',
      {body: `<location path="Site/app">${rules('<rule name="h" />')}</location>`},
      {root: rules('<rule name="a" />')},
      ['a', 'h'],
    ],
    [
      'a section group that stands twice is read twice',
      {},
      {app: rules('<rule name="a" />') + rules('<rule name="b" />')},
      ['a', 'b'],
    ],
    [
      'comments and unknown elements are no items',
      {},
      {app: rules('<!-- <rule name="x" /> --><other name="y" /><rule name="a" />')},
      ['a'],
    ],
  ])('%s', async (_, host, webs, expected) => {
    expect(names(await collect('Site/app', host, webs))).toEqual(expected);
  });

  test('an item tells file, line, location and level', async () => {
    const body = `<location path="Site">\n${rules('<rule name="h" />')}\n</location>`;
    const {items} = await collect('Site/app', {body}, {app: rules('<rule name="a" />')});
    expect(items.map(({file, line, location, level}) => [file.path, line, location, level])).toEqual([
      [applicationHostPath, lineWith(applicationHost({body}), 'name="h"'), 'Site', 'Site'],
      [webConfigPath('app'), 4, null, 'Site/app'],
    ]);
  });

  test('what was dropped tells the line that did it', async () => {
    const {dropped} = await collect('Site/app', {}, {root: rules('<rule name="a" />'), app: rules('\n<clear />')});
    expect(dropped).toHaveLength(1);
    expect(dropped[0]?.by.file.path).toBe(webConfigPath('app'));
    expect(dropped[0]?.by.line).toBe(lineWith(webConfig(rules('\n<clear />')), '<clear />'));
    expect(dropped[0]?.item.file.path).toBe(webConfigPath('root'));
  });
});

describe('duplicates', () => {
  const faultsAt = async (configPath: string, webs: WebConfigs, host: HostParts = {}): Promise<readonly string[]> => {
    const {faults} = await collect(configPath, host, webs);
    return faults.map(({file, line, reason}) => `${file}:${line} ${reason}`);
  };
  const message = (name: string): string =>
    `Cannot add duplicate collection entry of type 'rule' with unique key attribute 'name' set to '${name}'`;

  test.each<readonly [string, WebConfigs, string]>([
    [
      'parent and child',
      {root: rules('<rule name="a" />'), app: rules('<rule name="a" />')},
      `${webConfigPath('app')}:4 ${message('a')}`,
    ],
    [
      'in another letter case',
      {root: rules('<rule name="A" />'), app: rules('<rule name="a" />')},
      `${webConfigPath('app')}:4 ${message('a')}`,
    ],
    ['in one file', {app: rules('<rule name="a" />\n<rule name="a" />')}, `${webConfigPath('app')}:5 ${message('a')}`],
  ])('%s: the later one, with file and line', async (_, webs, expected) => {
    expect(await faultsAt('Site/app', webs)).toEqual([expected]);
  });

  test('a rule in a folder that two nested applications share is a duplicate of itself below, and not above', async () => {
    const webs = {shared: rules('<rule name="a" />')};
    expect(await faultsAt('Site/shared', webs)).toEqual([]);
    expect(await faultsAt('Site/shared/again', webs)).toEqual([`C:\\web\\shared\\web.config:4 ${message('a')}`]);
  });

  test('the same rule in a location of the upper application is inherited once', async () => {
    const body = `<location path="Site/shared">${rules('<rule name="a" />')}</location>`;
    expect(await faultsAt('Site/shared/again', {shared: '<x />'}, {body})).toEqual([]);
  });

  test('<remove> before <add> is no duplicate', async () => {
    expect(
      await faultsAt('Site/app', {
        root: rules('<rule name="a" />'),
        app: rules('<remove name="a" /><rule name="a" />'),
      }),
    ).toEqual([]);
  });

  test('preconditions and rules of one name do not meet; two preconditions do', async () => {
    const outbound = `<system.webServer><rewrite><outboundRules><rule name="P" preCondition="P" />
      <preConditions><preCondition name="P" /></preConditions></outboundRules></rewrite></system.webServer>`;
    const path = await layersOf(await configurationOf(smallServer({}, {shared: outbound})), 'Site/shared/again');
    expect(sectionFaults(path, 'system.webServer/rewrite/outboundRules').map(({reason}) => reason)).toEqual([
      expect.stringContaining("type 'rule'"),
      expect.stringContaining("type 'preCondition'"),
    ]);
  });

  test.each(['exchange2019-cu12', 'exchange2019-cu8', 'exchange2016-cu19', 'exchange-se', 'plain-iis'])(
    'a healthy server has none: %s',
    async (name) => {
      const configuration = await configurationOf(fixtureServer(name));
      for (const {configPath} of configuration.topology.sites.flatMap((site) => site.applications)) {
        const path = await layersOf(configuration, configPath);
        expect(path.faults, configPath).toEqual([]);
        expect(sectionFaults(path, rulesSection), configPath).toEqual([]);
        expect(sectionFaults(path, 'system.webServer/rewrite/outboundRules'), configPath).toEqual([]);
      }
    },
  );
});
