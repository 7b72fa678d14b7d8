import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {addCommand, type CommandItem, type CommitTarget, removeCommand} from '../../src/iis/appcmd-edits.ts';
import type {ElementSpec} from '../../src/iis/element-spec.ts';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {toSpec} from '../../src/iis/to-spec.ts';
import {Refusal} from '../../src/kit/refusal.ts';
import {readCatalogueFile} from '../../src/mitigation/catalogue.ts';

const catalogueItems = (id: string): readonly CommandItem[] => {
  const path = join(import.meta.dirname, '../../plans', `${id}.yaml`);
  const {actions} = readCatalogueFile({file: `${id}.yaml`, text: readFileSync(path, 'utf8')});
  return actions.flatMap((action) => (action.kind === 'rewrite' ? action.items : []));
};

const spec = (text: string): ElementSpec => toSpec(parseXml(text).root);
const own = (text: string): CommandItem => ({collection: '', element: spec(text)});

const site: CommitTarget = {
  configPath: 'Default Web Site',
  commit: 'web.config',
  section: 'system.webServer/rewrite/rules',
};
const owa: CommitTarget = {
  configPath: 'Default Web Site/owa',
  commit: 'apphost',
  section: 'system.webServer/rewrite/outboundRules',
};

describe('M1', () => {
  const name = 'stopgap M1.1 PowerShell - inbound';

  test('is one command: rule, match, condition, action', () => {
    expect(addCommand(site, catalogueItems('M1'))).toEqual({
      tool: 'appcmd.exe',
      args: [
        'set',
        'config',
        'Default Web Site',
        '/section:system.webServer/rewrite/rules',
        `/+[name='${name}',stopProcessing='true']`,
        `/[name='${name}'].match.url:.*`,
        `/+[name='${name}'].conditions.[input='{UrlDecode:{REQUEST_URI}}',pattern='(?=.*autodiscover)(?=.*powershell)']`,
        `/[name='${name}'].action.type:AbortRequest`,
      ],
    });
  });

  test('goes by its name', () => {
    expect(removeCommand(site, catalogueItems('M1')).args).toEqual([
      'set',
      'config',
      'Default Web Site',
      '/section:system.webServer/rewrite/rules',
      `/-[name='${name}']`,
    ]);
  });
});

describe('M2', () => {
  const pre = 'stopgap M2.1 OWA SPA HTML shell - precondition';
  const rule = 'stopgap M2.1 OWA CSP - outbound';

  test('is one command: precondition with its two conditions, then the rule, committed to applicationHost.config', () => {
    expect(addCommand(owa, catalogueItems('M2')).args).toEqual([
      'set',
      'config',
      'Default Web Site/owa',
      '/section:system.webServer/rewrite/outboundRules',
      `/+preConditions.[name='${pre}',logicalGrouping='MatchAll',patternSyntax='ECMAScript']`,
      `/+preConditions.[name='${pre}'].[input='{RESPONSE_CONTENT_TYPE}',pattern='^text/html']`,
      `/+preConditions.[name='${pre}'].[input='{REQUEST_URI}',pattern='^/owa/?($|\\?|default\\.aspx|projection\\.aspx|readingPane\\.aspx|popout\\.aspx)']`,
      `/+[name='${rule}',preCondition='${pre}',patternSyntax='ECMAScript',stopProcessing='false']`,
      `/[name='${rule}'].match.serverVariable:RESPONSE_Content_Security_Policy`,
      `/[name='${rule}'].match.pattern:(.*)`,
      `/[name='${rule}'].action.type:Rewrite`,
      `/[name='${rule}'].action.value:{R:1}; script-src-attr 'none'`,
      '/commit:apphost',
    ]);
  });

  test('goes in the opposite order: the rule first, then the precondition that it names', () => {
    expect(removeCommand(owa, catalogueItems('M2')).args.slice(4)).toEqual([
      `/-[name='${rule}']`,
      `/-preConditions.[name='${pre}']`,
      '/commit:apphost',
    ]);
  });
});

test('the server itself has no configuration path', () => {
  const target: CommitTarget = {configPath: '', commit: 'apphost', section: 'system.webServer/rewrite/globalRules'};
  expect(addCommand(target, [own('<rule name="g" />')]).args).toEqual([
    'set',
    'config',
    '/section:system.webServer/rewrite/globalRules',
    `/+[name='g']`,
    '/commit:apphost',
  ]);
});

test('server variables and their list of allowed ones are added by indexer', () => {
  const rule = own(
    '<rule name="r"><serverVariables><set name="HTTP_X" value="1" replace="false" /></serverVariables></rule>',
  );
  expect(addCommand(site, [rule]).args).toContain(
    `/+[name='r'].serverVariables.[name='HTTP_X',value='1',replace='false']`,
  );
  const allowed: CommitTarget = {...site, section: 'system.webServer/rewrite/allowedServerVariables'};
  expect(addCommand(allowed, [own('<add name="HTTP_X" />')]).args.at(-1)).toBe(`/+[name='HTTP_X']`);
});

test('attributes of a list of conditions are scalars', () => {
  const rule = own(
    '<rule name="r"><conditions logicalGrouping="MatchAny"><add input="i" pattern="p" /></conditions></rule>',
  );
  expect(addCommand(site, [rule]).args.slice(5)).toEqual([
    `/[name='r'].conditions.logicalGrouping:MatchAny`,
    `/+[name='r'].conditions.[input='i',pattern='p']`,
  ]);
});

test('entries of a rewrite map are added to the map itself', () => {
  const target: CommitTarget = {...site, section: 'system.webServer/rewrite/rewriteMaps'};
  const map = own('<rewriteMap name="m" defaultValue=""><add key="k" value="v" /></rewriteMap>');
  expect(addCommand(target, [map]).args.slice(4)).toEqual([
    `/+[name='m',defaultValue='']`,
    `/+[name='m'].[key='k',value='v']`,
  ]);
});

describe('values reach appcmd unchanged', () => {
  const values = [
    'a,b',
    '[brackets]',
    '100%',
    '%u0041',
    'say "quoted"',
    'blank and = sign',
    'back\\slash\\',
    '^caret & pipe | < >',
    'ünïcödé 漢字 🙂',
    '/-starts like an option',
    ' blanks around ',
    '',
  ];
  const withPattern = (pattern: string): CommandItem => ({
    collection: '',
    element: {
      name: 'rule',
      attributes: [['name', 'r']],
      children: [
        {name: 'match', attributes: [['url', pattern]], children: []},
        {
          name: 'conditions',
          attributes: [],
          children: [{name: 'add', attributes: [['pattern', pattern]], children: []}],
        },
      ],
    },
  });

  test.each(values.map((value) => [value]))('%j in an indexer and as a scalar', (value) => {
    expect(addCommand(site, [withPattern(value)]).args.slice(5)).toEqual([
      `/[name='r'].match.url:${value}`,
      `/+[name='r'].conditions.[pattern='${value}']`,
    ]);
  });
});

describe('what appcmd has no documented way to say is refused', () => {
  const refusal = (item: CommandItem): Refusal => {
    try {
      addCommand(site, [item]);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
    throw new Error('not refused');
  };

  test.each([
    ['an apostrophe in the name of a rule', own(`<rule name="it's" />`), `it's`],
    ['an apostrophe in an attribute of a rule', own(`<rule name="r" preCondition="it's" />`), `it's`],
    [
      'an apostrophe in a condition',
      own(`<rule name="r"><conditions><add input="i" pattern="[^']" /></conditions></rule>`),
      `[^']`,
    ],
    ['a line break in a scalar', own(`<rule name="r"><match url="a&#xA;b" /></rule>`), 'a\\nb'],
    ['a line break in an indexer', own(`<rule name="a&#xD;b" />`), 'a\\rb'],
  ])('%s', (_, item, shown) => {
    const {code, message, next} = refusal(item);
    expect(code).toBe('IIS.UNEXPRESSIBLE');
    expect(message).toContain(shown);
    expect(next).not.toEqual([]);
  });

  test.each([
    ['match', `<match pattern="it's" />`, `/[name='r'].match.pattern:it's`],
    ['action', `<action value="'none'" />`, `/[name='r'].action.value:'none'`],
  ])('an apostrophe in a scalar of %s is taken as it is', (_, child, expected) => {
    expect(addCommand(site, [own(`<rule name="r">${child}</rule>`)]).args).toContain(expected);
  });

  test('a name with an apostrophe cannot be removed either', () => {
    expect(() => removeCommand(site, [own(`<rule name="it's" />`)])).toThrow(Refusal);
  });
});
