import {expect, test} from 'vitest';
import {schemaFaults} from '../../src/iis/schema/faults.ts';
import {builtInSchemas} from '../../src/iis/schema/sections.ts';
import {serverSchemas} from '../../src/iis/schema/server-schemas.ts';
import {configFolder, memoryServer} from '../support/memory-server.ts';

/* A schema in the form of IIS's own: written for this test, with one of everything. */
const own = `<configSchema>
  <sectionSchema name="system.webServer/example">
    <attribute name="mode" type="enum" defaultValue="One"><enum name="One" value="1" /><enum name="Two" value="2" /></attribute>
    <attribute name="what" type="flags" defaultValue="A"><flag name="A" value="1" /><flag name="B" value="2" /></attribute>
    <attribute name="size" type="uint" validationType="integerRange" validationParameter="5,10" />
    <attribute name="status" type="uint" validationType="integerRange" validationParameter="300,307,exclude" />
    <attribute name="wait" type="timeSpan" validationType="timeSpanRange" validationParameter="0,120,60" />
    <attribute name="title" type="string" required="true" validationType="nonEmptyString" />
    <element name="items">
      <attribute name="fast" type="bool" defaultValue="true" />
      <collection addElement="item" removeElement="remove" clearElement="clear">
        <attribute name="key" type="string" required="true" isUniqueKey="true" />
      </collection>
    </element>
    <element name="free"><collection addElement="allow,deny" allowUnrecognizedAttributes="true" /></element>
  </sectionSchema>
</configSchema>`;
const extension = `<configSchema>
  <sectionSchema name="system.applicationHost/applicationPools">
    <collection addElement="add"><attribute name="colour" type="string" /></collection>
  </sectionSchema>
</configSchema>`;

const server = (files: Readonly<Record<string, string>>) =>
  memoryServer({
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`${configFolder}\\schema\\${name}`, text])),
  });

const check = async (attributes: readonly (readonly [string, string])[], children: readonly string[] = []) => {
  const schema = (await serverSchemas(server({'IIS_schema.xml': own}), configFolder))['system.webServer/example'];
  if (!schema) throw new Error('the section is not there');
  const items = children.map((key) => ({name: 'item', attributes: [['key', key] as const], children: []}));
  const element = {name: 'example', attributes, children: [{name: 'items', attributes: [], children: items}]};
  return schemaFaults(element, schema).map(({reason}) => reason);
};

test.each<readonly [string, readonly (readonly [string, string])[], RegExp | undefined]>([
  [
    'everything as it should be',
    [
      ['title', 't'],
      ['mode', 'Two'],
      ['what', 'A,B'],
      ['size', '5'],
      ['wait', '00:01:00'],
    ],
    undefined,
  ],
  [
    'an enum',
    [
      ['title', 't'],
      ['mode', 'Three'],
    ],
    /One, Two/,
  ],
  [
    'flags',
    [
      ['title', 't'],
      ['what', 'A,C'],
    ],
    /A, B/,
  ],
  [
    'a range',
    [
      ['title', 't'],
      ['size', '11'],
    ],
    /between 5 and 10/,
  ],
  [
    'a range that is excluded',
    [
      ['title', 't'],
      ['status', '301'],
    ],
    /must not be between 300 and 307/,
  ],
  [
    'a granularity',
    [
      ['title', 't'],
      ['wait', '00:00:30'],
    ],
    /granularity of 60/,
  ],
  ['what is required', [], /lacks the attribute title/],
  ['what must not be empty', [['title', '']], /must not be empty/],
])('the schema of the server is read: %s', async (_, attributes, why) => {
  expect(await check(attributes)).toEqual(why ? [expect.stringMatching(why)] : []);
});

test('keys of its collections count', async () => {
  expect(await check([['title', 't']], ['a', 'b'])).toEqual([]);
  expect(await check([['title', 't']], ['a', 'A'])).toEqual([expect.stringMatching(/twice/)]);
});

test('a further file extends a section, and what the built-in table knows of it stays', async () => {
  const schemas = await serverSchemas(server({'ASPNET_schema.xml': extension}), configFolder);
  const pools = schemas['system.applicationHost/applicationPools'];
  const pool = (name: string, value: string) => ({
    name: 'applicationPools',
    attributes: [],
    children: [{name: 'add', attributes: [['name', 'P'] as const, [name, value] as const], children: []}],
  });
  if (!pools) throw new Error('no pools');
  expect(schemaFaults(pool('colour', 'red'), pools)).toEqual([]);
  expect(schemaFaults(pool('queueLength', '1'), pools)).toHaveLength(1);
});

test('without schema files, or with one that is malformed, the built-in table holds', async () => {
  expect(await serverSchemas(server({}), configFolder)).toEqual(builtInSchemas);
  expect(await serverSchemas(server({'IIS_schema.xml': '<configSchema>'}), configFolder)).toEqual(builtInSchemas);
});
