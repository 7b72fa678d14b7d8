import {existsSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {ElementSpec} from '../../src/iis/element-spec.ts';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {toSpec} from '../../src/iis/to-spec.ts';
import {behaviourOf, meaningOf} from '../../src/rewrite/behaviour.ts';
import {fc} from '../support/properties.ts';
import {m2, xml} from './support.ts';

const none = {preConditions: []};
const inbound = (text: string): string => behaviourOf(xml(text), 'rules', none);

const eems = `<rule name="EEMS M1.1 PowerShell - inbound" stopProcessing="true">
  <match url=".*" />
  <conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" /></conditions>
  <action type="AbortRequest" />
</rule>`;
const handMade = `<rule name="RequestBlockingRule1" enabled="true" patternSyntax="ECMAScript" stopProcessing="true">
  <action type="AbortRequest" url="" appendQueryString="true" />
  <conditions logicalGrouping="MatchAll" trackAllCaptures="false">
    <add negate="false" ignoreCase="True" pattern="(?=.*autodiscover)(?=.*powershell)" matchType="Pattern" input="{UrlDecode:{REQUEST_URI}}" />
  </conditions>
  <match ignoreCase="true" negate="false" url=".*" />
  <serverVariables />
</rule>`;

describe('the same behaviour', () => {
  test.each([
    ['written by hand with every default spelled out', handMade],
    ['another name', eems.replace('EEMS M1.1 PowerShell', 'PowerShell')],
    ['stopProcessing makes no difference to a rule that aborts', eems.replace(' stopProcessing="true"', '')],
    ['a capture that nobody reads', eems.replace('url=".*"', 'url="(.*)"')],
    ['the letter case of a server variable', eems.replace('REQUEST_URI', 'request_uri')],
    ['how a single condition is grouped', eems.replace('<conditions>', '<conditions logicalGrouping="MatchAny">')],
  ])('M1 as EEMS writes it equals M1 with %s', (_, other) => {
    expect(inbound(other)).toBe(inbound(eems));
  });

  test('an outbound rule is the same whatever its precondition is called', () => {
    const one = behaviourOf(xml(m2.rule), 'outboundRules', {preConditions: [xml(m2.preCondition)]});
    const other = behaviourOf(xml(m2.rule.replace('"P"', '"Q"').replace('"R"', '"S"')), 'outboundRules', {
      preConditions: [xml(m2.preCondition.replace('"P"', '"Q"'))],
    });
    expect(other).toBe(one);
    expect(one).not.toContain('"P"');
  });

  test('the letter case of an allowed server variable makes no difference', () => {
    const [one, other] = ['HTTP_X', 'http_x'].map((name) =>
      behaviourOf(xml(`<add name="${name}" />`), 'allowedServerVariables', none),
    );
    expect(one).toBe(other);
  });
});

describe('another behaviour', () => {
  test.each([
    ['disabled', eems.replace('stopProcessing', 'enabled="false" stopProcessing')],
    ['another pattern', eems.replace('powershell)', 'powershel)')],
    ['case-sensitive', eems.replace('pattern=', 'ignoreCase="false" pattern=')],
    ['negated condition', eems.replace('pattern=', 'negate="true" pattern=')],
    ['negated match', eems.replace('url=', 'negate="true" url=')],
    ['another input', eems.replace('{UrlDecode:{REQUEST_URI}}', '{REQUEST_URI}')],
    ['a stray space in the input', eems.replace('UrlDecode:', 'UrlDecode: ')],
    ['another action', eems.replace('AbortRequest', 'None')],
    ['without its condition', eems.replace(/<conditions>.*<\/conditions>/, '')],
    ['a condition more', eems.replace('</conditions>', '<add input="{HTTPS}" pattern="on" /></conditions>')],
    ['wildcards', eems.replace('stopProcessing', 'patternSyntax="Wildcard" stopProcessing')],
    [
      'a syntax that IIS does not know',
      eems.replace('stopProcessing', 'patternSyntax="Regular Expressions" stopProcessing'),
    ],
    ['no pattern of the URL at all', eems.replace(' url=".*"', '')],
    [
      'a server variable set',
      eems.replace('<action', '<serverVariables><set name="HTTP_X" value="1" /></serverVariables><action'),
    ],
  ])('M1 as EEMS writes it is not M1 with %s', (_, other) => {
    expect(other).not.toBe(eems);
    expect(inbound(other)).not.toBe(inbound(eems));
  });

  test('two conditions in another order, grouped otherwise, or with captures numbered otherwise', () => {
    const rule = (attributes: string, ...conditions: readonly string[]): string =>
      inbound(`<rule name="r"><match url="a" /><conditions ${attributes}>${conditions.join('')}</conditions>
        <action type="Rewrite" url="/{C:1}" /></rule>`);
    const a = '<add input="{URL}" pattern="(a)" />';
    const b = '<add input="{HTTP_HOST}" pattern="(b)" />';
    const all = [
      rule('', a, b),
      rule('', b, a),
      rule('logicalGrouping="MatchAny"', a, b),
      rule('trackAllCaptures="true"', a, b),
    ];
    expect(new Set(all).size).toBe(4);
  });

  test('an outbound rule whose precondition says something else, or is not there', () => {
    const rule = xml(m2.rule);
    const texts = [
      [xml(m2.preCondition)],
      [xml(m2.preCondition.replace('popout', 'pop'))],
      [xml(m2.preCondition.replace('MatchAll', 'MatchAny'))],
      [],
    ].map((preConditions) => behaviourOf(rule, 'outboundRules', {preConditions}));
    expect(new Set(texts).size).toBe(4);
  });

  test('outbound patterns that both always match but cover another part of the text', () => {
    const rule = (pattern: string): string =>
      behaviourOf(
        xml(
          `<rule name="r"><match serverVariable="RESPONSE_X" pattern="${pattern}" /><action type="Rewrite" value="v" /></rule>`,
        ),
        'outboundRules',
        none,
      );
    expect(rule('.*')).not.toBe(rule('.*?'));
  });
});

describe('meaning', () => {
  test('is the same for defaults left out and spelled out, but keeps the name', () => {
    const renamed = handMade.replace('RequestBlockingRule1', 'EEMS M1.1 PowerShell - inbound').replace('url="" ', '');
    expect(meaningOf(xml(renamed))).toBe(meaningOf(xml(eems)));
    expect(meaningOf(xml(handMade))).not.toBe(meaningOf(xml(eems)));
  });

  test('keeps what the behaviour ignores: stopProcessing of a rule that aborts', () => {
    expect(meaningOf(xml(eems.replace(' stopProcessing="true"', '')))).not.toBe(meaningOf(xml(eems)));
  });

  test('knows that captures of outbound conditions are all tracked by default, and of inbound ones are not', () => {
    const outbound = (attribute: string): string =>
      meaningOf(
        xml(`<rule name="r"><match serverVariable="RESPONSE_X" pattern="a" /><conditions ${attribute}>
        <add input="{URL}" pattern="b" /></conditions></rule>`),
      );
    expect(outbound('')).toBe(outbound('trackAllCaptures="true"'));
    expect(outbound('')).not.toBe(outbound('trackAllCaptures="false"'));
  });

  test('keeps what the schema does not know', () => {
    expect(meaningOf(xml('<rule name="r" later="x"><match url="a" /><future /></rule>'))).toContain('later');
    expect(meaningOf(xml('<rule name="r"><match url="a" /></rule>'))).not.toBe(
      meaningOf(xml('<rule name="r"><match url="a" /><future /></rule>')),
    );
  });

  test('of a rewrite map does not depend on the order of its entries', () => {
    const map = (...entries: readonly string[]): string =>
      meaningOf(xml(`<rewriteMap name="m">${entries.join('')}</rewriteMap>`));
    const [a, b] = ['<add key="a" value="1" />', '<add key="b" value="2" />'];
    expect(map(a ?? '', b ?? '')).toBe(map(b ?? '', a ?? ''));
    expect(map(a ?? '')).not.toBe(map(b ?? ''));
  });
});

describe('properties', () => {
  const shuffled = (element: ElementSpec): fc.Arbitrary<ElementSpec> =>
    fc
      .tuple(
        fc.shuffledSubarray([...element.attributes], {minLength: element.attributes.length}),
        fc.tuple(...element.children.map(shuffled)),
      )
      .map(([attributes, children]) => ({...element, attributes, children}));

  const bool = fc.constantFrom('true', 'false', undefined);
  const ruleText = fc
    .record({
      enabled: bool,
      stop: bool,
      syntax: fc.constantFrom('ECMAScript', 'Wildcard', 'ExactMatch', undefined),
      url: fc.constantFrom('.*', '(.*)', 'a/(b)', '*'),
      grouping: fc.constantFrom('MatchAll', 'MatchAny', undefined),
      negate: bool,
      inputs: fc.array(fc.constantFrom('{URL}', '{HTTP_HOST}', '{QUERY_STRING}'), {maxLength: 3}),
      action: fc.constantFrom('None', 'AbortRequest', 'Rewrite', 'Redirect', undefined),
    })
    .map((r) => {
      const attribute = (name: string, value: string | undefined): string =>
        value === undefined ? '' : ` ${name}="${value}"`;
      const conditions = r.inputs.map(
        (input) => `<add input="${input}" pattern="x"${attribute('negate', r.negate)} />`,
      );
      return `<rule name="r"${attribute('enabled', r.enabled)}${attribute('stopProcessing', r.stop)}${attribute('patternSyntax', r.syntax)}>
        <match url="${r.url}" /><conditions${attribute('logicalGrouping', r.grouping)}>${conditions.join('')}</conditions>
        <action${attribute('type', r.action)} url="/n" /></rule>`;
    });

  test('neither text depends on the order of attributes', () => {
    fc.assert(
      fc.property(
        ruleText.chain((text) => fc.tuple(fc.constant(xml(text)), shuffled(xml(text)))),
        ([rule, other]) => {
          expect(behaviourOf(other, 'rules', none)).toBe(behaviourOf(rule, 'rules', none));
          expect(meaningOf(other)).toBe(meaningOf(rule));
        },
      ),
    );
  });

  test('neither text depends on defaults that are spelled out', () => {
    const defaults = [
      ['enabled', 'true'],
      ['patternSyntax', 'ECMAScript'],
      ['stopProcessing', 'false'],
    ] as const;
    const explicit = (rule: ElementSpec): ElementSpec => ({
      ...rule,
      attributes: [
        ...rule.attributes,
        ...defaults.filter(([name]) => !rule.attributes.some(([given]) => given === name)),
      ],
    });
    fc.assert(
      fc.property(ruleText, (text) => {
        const rule = xml(text);
        expect(behaviourOf(explicit(rule), 'rules', none)).toBe(behaviourOf(rule, 'rules', none));
        expect(meaningOf(explicit(rule))).toBe(meaningOf(rule));
      }),
    );
  });
});

const real = new URL('../../../shared/real/configs/wwwroot.with-EEMS-M1.1.config', import.meta.url);
test.skipIf(!existsSync(real))(
  'three rules of a real server, three names, one behaviour (skipped without the real file)',
  () => {
    const root = parseXml(readFileSync(real, 'utf8').replace(/^\uFEFF/, '')).root;
    const web = root.children.filter(({name}) => name === 'system.webServer').at(-1);
    const rules = web?.children[0]?.children[0]?.children ?? [];
    const texts = rules.map((rule) => behaviourOf(toSpec(rule), 'rules', none));
    expect(texts).toHaveLength(3);
    expect(new Set(texts)).toEqual(new Set([inbound(eems)]));
  },
);
