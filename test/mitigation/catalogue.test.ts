import {describe, expect, test} from 'vitest';
import {readCatalogueFile} from '../../src/mitigation/catalogue.ts';
import {refusalOf} from './support.ts';

const base = `id: X1
description: Blocks x.
actions:
  - type: UrlRewrite
    scope: Site
    target: Default Web Site
    value: |
      <rewrite>
        <rules>
          <rule name="stopgap X1.1 x">
            <match url="^x" />
            <action type="AbortRequest" />
          </rule>
        </rules>
      </rewrite>
`;

const refusal = (text: string): readonly [line: number | undefined, column: number | undefined, message: string] => {
  const {code, where, message} = refusalOf(() => readCatalogueFile({file: 'X1.yaml', text}));
  expect(code).toBe('CATALOGUE.INVALID');
  expect(where.file).toBe('X1.yaml');
  expect(message.startsWith(`X1.yaml:${where.line}:${where.column}: `)).toBe(true);
  return [where.line, where.column, message.slice(message.indexOf(': ') + 2)];
};
const changed = (from: string, to: string): string => {
  expect(base).toContain(from);
  return base.replace(from, to);
};

test('a file becomes a mitigation with numbered actions', () => {
  const {id, actions, appliesTo, notes} = readCatalogueFile({file: 'X1.yaml', text: base});
  expect({id, appliesTo}).toEqual({id: 'X1', appliesTo: []});
  expect(actions).toEqual([
    {
      id: 'X1.1',
      description: '',
      kind: 'rewrite',
      scope: 'Site',
      target: 'Default Web Site',
      items: [
        {
          section: 'rules',
          collection: '',
          element: {
            name: 'rule',
            attributes: [['name', 'stopgap X1.1 x']],
            children: [
              {name: 'match', attributes: [['url', '^x']], children: []},
              {name: 'action', attributes: [['type', 'AbortRequest']], children: []},
            ],
          },
        },
      ],
    },
  ]);
  expect(notes).toMatchObject({rollback: '', alternative: undefined, sideEffects: []});
});

test('sentences that are wrapped in the file are one line in the mitigation', () => {
  const text = changed('description: Blocks x.', 'description: >\n  Blocks x\n  and y.\n');
  expect(readCatalogueFile({file: 'X1.yaml', text}).description).toBe('Blocks x and y.');
});

test('comments in the XML are for people', () => {
  const text = changed('<match url="^x" />', '<!-- every x --><match url="^x" />');
  expect(readCatalogueFile({file: 'X1.yaml', text})).toEqual(readCatalogueFile({file: 'X1.yaml', text: base}));
});

describe('a fault is answered with its place', () => {
  test('in the syntax of YAML', () => {
    expect(refusal(`${base}id: X2\n`)).toEqual([16, 1, expect.stringContaining('unique')]);
  });

  test('in a key that nobody knows', () => {
    expect(refusal(changed('scope: Site', 'scope: Site\n    scoop: Site'))[2]).toContain('scoop');
  });

  test('in a value that the schema does not allow', () => {
    expect(refusal(changed('scope: Site', 'scope: site'))).toEqual([5, 12, expect.stringContaining('actions.0.scope')]);
  });

  test('in XML that is not well-formed', () => {
    const text = changed('            <match url="^x" />', '            <match url="^x" >');
    expect(refusal(text)).toEqual([13, 11, '</rule> does not match the start tag <match>']);
  });

  test('in XML that URL Rewrite does not know', () => {
    const text = changed('<match url="^x" />', '<match url="^x" ignorecase="true" />');
    expect(refusal(text)).toEqual([11, 29, expect.stringContaining('"ignorecase"')]);
  });

  test('in a value with CRLF at the line ends', () => {
    const text = changed('<match url="^x" />', '<match uri="^x" />').replaceAll('\n', '\r\n');
    expect(refusal(text)).toEqual([11, 20, expect.stringContaining('"uri"')]);
  });

  test('in a value that is not a literal block, as exactly as YAML allows', () => {
    const text = base
      .slice(0, base.indexOf('    value:'))
      .concat(`    value: '<rewrite><rules><rule /></rules></rewrite>'\n`);
    expect(refusal(text)).toEqual([7, 12, expect.stringMatching(/^line 1, column 17: <rule> needs .*counted inside/)]);
  });

  test('of text between the elements', () => {
    expect(refusal(changed('<match', 'stray <match'))).toEqual([11, 13, 'text has no meaning here']);
  });
});

describe('it is refused that', () => {
  const lane = (entries: string): string => `${base}appliesTo:\n  - {${entries}}\n`;

  test.each([
    [
      'a lane names a build of another product',
      'product: Exchange2016, cu: CU12, from: 15.2.1118.7',
      'no build of Exchange2016',
    ],
    [
      'a fix belongs to another lane',
      'product: Exchange2019, cu: CU12, from: 15.2.1118.7, fixedIn: 15.2.986.36',
      'another update line',
    ],
    [
      'a fix is older than the fault',
      'product: Exchange2019, cu: CU12, from: 15.2.1118.7, fixedIn: 15.2.1118.6',
      'is older',
    ],
    [
      'a mitigation is removable without a fix',
      'product: Exchange2019, cu: CU12, from: 15.2.1118.7, removableFrom: 15.2.1118.9',
      'needs fixedIn',
    ],
  ])('%s', (_, entries, reason) => {
    expect(refusal(lane(entries))[2]).toContain(reason);
  });

  test('a lane stands twice', () => {
    const entry = '  - {product: Exchange2019, cu: CU12, from: 15.2.1118.7}\n';
    expect(refusal(`${base}appliesTo:\n${entry}${entry}`)[2]).toContain('stands twice');
  });

  test.each([
    ['scope: Site', 'scope: VDir'],
    ['scope: Site', 'scope: Server'],
    ['target: Default Web Site', 'target: Default Web Site/owa'],
    ['target: Default Web Site', 'target: ../x'],
    ['target: Default Web Site', 'target: "Default Web Site/"'],
  ])('%s becomes %s', (from, to) => {
    expect(refusal(changed(from, to))[2]).toContain('actions.0.target');
  });

  test('global rules are for less than the server', () => {
    const text = base.replaceAll('rules>', 'globalRules>');
    expect(refusal(text)[2]).toBe('globalRules need the scope Server, not Site');
  });

  test('an action has a type of which nothing is known', () => {
    expect(refusal(changed('type: UrlRewrite', 'type: Registry'))[2]).toContain('actions.0');
  });

  test('there is nothing to do', () => {
    expect(refusal('id: X1\ndescription: x\nactions: []\n')[2]).toContain('actions');
  });
});
