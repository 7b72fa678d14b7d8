import {catalogueSource} from '../../src/operations/catalogue.ts';
import type {LoadedSource} from '../../src/operations/sources.ts';
import {fc} from '../support/properties.ts';

/*
 * Mitigations that nobody wrote: rewrite rules whose names and patterns hold everything that command lines, indexers of
 * appcmd, XML and Windows treat as special.
 */

const special = [
  ...'\'"[](){},;:=%&<>|^~!*?+$@#.\\/ -_',
  '%41',
  '%u0041',
  '&amp;',
  "''",
  '[name=',
  '{R:1}',
  'ß',
  '漢',
  '🙂',
  'é',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...special), fc.stringMatching(/^[a-z0-9]{1,4}$/)), {maxLength: 8})
  .map((parts) => parts.join(''));

/** A text that is a pattern: what is special to patterns stands in brackets or behind a backslash. */
const pattern = text.map((value) => `^/never/${value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}$`);

const attribute = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

interface GeneratedRule {
  readonly name: string;
  readonly url: string;
  readonly condition: readonly [string, string] | undefined;
}

const rule: fc.Arbitrary<GeneratedRule> = fc.record({
  name: text.map((value) => value.trim()),
  url: pattern,
  condition: fc.option(fc.tuple(fc.constantFrom('{HTTP_COOKIE}', '{UrlDecode:{REQUEST_URI}}'), pattern), {
    nil: undefined,
  }),
});

const ruleXml = ({name, url, condition}: GeneratedRule, number: number): string =>
  [
    `<rule name="stopgap GEN.1 ${attribute(name)} ${number}" stopProcessing="true">`,
    `<match url="${attribute(url)}" />`,
    condition === undefined
      ? ''
      : `<conditions><add input="${attribute(condition[0])}" pattern="${attribute(condition[1])}" /></conditions>`,
    '<action type="AbortRequest" />',
    '</rule>',
  ].join('');

const yamlOf = (id: string, target: string, rules: readonly GeneratedRule[]): string =>
  // JSON is YAML, and leaves nothing to quote.
  JSON.stringify({
    id,
    description: 'generated',
    appliesTo: [],
    actions: [
      {
        type: 'UrlRewrite',
        scope: target.includes('/') ? 'VDir' : 'Site',
        target,
        value: `<rewrite><rules>${rules.map(ruleXml).join('')}</rules></rewrite>`,
      },
    ],
  });

/** A catalogue file of its own for every build. */
export const generatedSource: fc.Arbitrary<LoadedSource> = fc
  .tuple(
    fc.constantFrom('Default Web Site', 'Default Web Site/owa', 'Default Web Site/ecp'),
    fc.array(rule, {minLength: 1, maxLength: 3}),
  )
  .map(([target, rules]) => catalogueSource('GEN.yaml', new TextEncoder().encode(yamlOf('GEN', target, rules))));
