import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {type ApplicationItems, sectionItems} from '../../src/operations/section-items.ts';
import {filesOfTree, memoryServer} from '../support/memory-server.ts';

/*
 * What every application of a real Exchange 2019 server sees: rewrite rules, modules and handlers, each with file and
 * line. Its web root holds the rule that the EM service wrote.
 */

const shared = join(import.meta.dirname, '../../../shared/real');
const expected = join(import.meta.dirname, 'expected/exchange2019-sections.txt');
const haveRealFiles = existsSync(shared);
if (!haveRealFiles) console.warn('SKIPPED: no real configuration files in ../shared/real');

const short = (file: string): string => file.split('\\').slice(-2).join('\\');
const sections = ['rules', 'modules', 'handlers'] as const;
const fullNames = {
  rules: 'system.webServer/rewrite/rules',
  modules: 'system.webServer/modules',
  handlers: 'system.webServer/handlers',
} as const;

const listOf = ({items, faults}: ApplicationItems): string =>
  [
    ...items.map(({name, file, line, takenAway}) => {
      const from = `${name} @ ${short(file)}:${line}`;
      return takenAway === null
        ? `  ${from}`
        : `  - ${from} by <${takenAway.by}> ${short(takenAway.file)}:${takenAway.line}`;
    }),
    ...faults.map(({file, line, reason}) => `  ! ${short(file)}:${line} ${reason}`),
  ].join('\n');

const tableOf = async (): Promise<string> => {
  const webRoot = 'C:\\inetpub\\wwwroot\\web.config';
  const files = {
    ...filesOfTree(join(shared, 'exchange2019')),
    [webRoot]: new Uint8Array(readFileSync(join(shared, 'configs/wwwroot.with-EEMS-M1.1.config'))),
  };
  const server = memoryServer({files});
  const found = await Promise.all(sections.map((section) => sectionItems(server, fullNames[section])));
  const lists = new Map<string, string>();
  const lines: string[] = [];
  for (const [index, {application}] of (found[0] ?? []).entries()) {
    lines.push(application.replace(/\/$/, ''));
    for (const [which, name] of sections.entries()) {
      const one = found[which]?.[index];
      if (!one) throw new Error(`${name} of ${application} is missing`);
      const list = listOf(one);
      const id = lists.get(list) ?? `${name} ${lists.size + 1}`;
      lists.set(list, id);
      const inForce = one.items.filter(({takenAway}) => takenAway === null).length;
      lines.push(`  ${id}: ${inForce} in force, ${one.items.length - inForce} taken away`);
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
