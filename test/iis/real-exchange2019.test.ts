import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {loadConfiguration} from '../../src/iis/configuration.ts';
import {type EffectiveItem, effectiveCollection} from '../../src/iis/effective.ts';
import {layersOf} from '../../src/iis/layers.ts';
import {attributeValue} from '../../src/iis/text/xml-node.ts';
import {defaultEnvironment} from '../../src/server/server-json.ts';
import {configFolder, filesOfTree, memoryServer} from '../support/memory-server.ts';

/*
 * What every application of a real Exchange 2019 server sees: rewrite rules, modules and handlers, each with file and
 * line. Its web root holds the rule that the EM service wrote.
 */

const shared = join(import.meta.dirname, '../../../shared/real');
const expected = join(import.meta.dirname, 'expected/exchange2019-sections.txt');
const haveRealFiles = existsSync(shared);
if (!haveRealFiles) console.warn('SKIPPED: no real configuration files in ../shared/real');

const short = (file: string): string => file.split('\\').slice(-2).join('\\');
const shown = ({element, file, line}: EffectiveItem): string =>
  `${attributeValue(element, 'name') ?? element.name} @ ${short(file.path)}:${line}`;

const sections = {
  rules: 'system.webServer/rewrite/rules',
  modules: 'system.webServer/modules',
  handlers: 'system.webServer/handlers',
} as const;

const tableOf = async (): Promise<string> => {
  const webRoot = 'C:\\inetpub\\wwwroot\\web.config';
  const files = {
    ...filesOfTree(join(shared, 'exchange2019')),
    [webRoot]: new Uint8Array(readFileSync(join(shared, 'configs/wwwroot.with-EEMS-M1.1.config'))),
  };
  const configuration = await loadConfiguration(memoryServer({files}), {configFolder, environment: defaultEnvironment});
  const lists = new Map<string, string>();
  const lines: string[] = [];
  const applications = configuration.topology.sites.flatMap((site) => site.applications);
  for (const {configPath} of applications) {
    const path = await layersOf(configuration, configPath);
    lines.push(configPath, ...path.faults.map(({file, line, reason}) => `  fault ${short(file)}:${line} ${reason}`));
    for (const [name, section] of Object.entries(sections)) {
      const {items, dropped, faults} = effectiveCollection(path, section, '');
      const list = [
        ...items.map((item) => `  ${shown(item)}`),
        ...dropped.map(({item, by}) => `  - ${shown(item)} by <${by.element.name}> ${short(by.file.path)}:${by.line}`),
        ...faults.map(({file, line, reason}) => `  ! ${short(file)}:${line} ${reason}`),
      ].join('\n');
      const id = lists.get(list) ?? `${name} ${lists.size + 1}`;
      lists.set(list, id);
      lines.push(`  ${id}: ${items.length} in force, ${dropped.length} taken away`);
    }
  }
  return [...lines, ...[...lists].flatMap(([list, id]) => ['', id, list]), ''].join('\n');
};

test.skipIf(!haveRealFiles)(
  'rules, modules and handlers of every application, with their origins, are those of the table',
  async () => {
    const table = await tableOf();
    if (process.env['UPDATE_EXPECTED'] !== undefined) writeFileSync(expected, table);
    expect(table).toBe(readFileSync(expected, 'utf8'));
  },
);
