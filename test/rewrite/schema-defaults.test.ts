import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {AttributeSchema, ElementSchema} from '../../src/iis/schema/model.ts';
import {readLevel} from '../../src/rewrite/level.ts';
import {emptyLevel, type RewriteCollection, type RewriteRequest} from '../../src/rewrite/model.ts';
import {rewriteSchema} from '../../src/rewrite/schema.ts';
import {traceRequest} from '../../src/rewrite/trace-request.ts';
import {traceResponse} from '../../src/rewrite/trace-response.ts';
import {elements, site} from './support.ts';

/*
 * Defaults, each tried by what becomes of a request: an attribute that is left out does what its default does when it is
 * written, and something else does something else. `@` is where the attribute goes.
 */

interface Row {
  readonly text: string;
  readonly other: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What else the level holds. */
  readonly beside?: Partial<Record<RewriteCollection, string>>;
}

const stop = '<action type="AbortRequest" />';
const go = '<action type="Redirect" url="/{C:1}{R:0}" />';
const inbound = (inside: string, attributes = ''): string => `<rule name="r" ${attributes}>${inside}</rule>`;
const two = '<add input="{HTTP_HOST}" pattern="(mail)" /><add input="{URL}" pattern="(a)" />';

const inboundRows: Readonly<Record<string, Row>> = {
  enabled: {text: inbound(`<match url="a" />${stop}`, '@'), other: 'false'},
  patternSyntax: {text: inbound(`<match url="^a.*" />${stop}`, '@'), other: 'Wildcard'},
  stopProcessing: {
    text:
      inbound('<match url="a" /><action type="Rewrite" url="/b" />', '@') +
      '<rule name="s"><match url="b" /><action type="AbortRequest" /></rule>',
    other: 'true',
  },
  'match/ignoreCase': {text: inbound(`<match url="A" @ />${stop}`), other: 'false'},
  'match/negate': {text: inbound(`<match url="a" @ />${stop}`), other: 'true'},
  'conditions/logicalGrouping': {
    text: inbound(
      `<match url="a" /><conditions @><add input="{URL}" pattern="a" /><add input="{URL}" pattern="z" /></conditions>${stop}`,
    ),
    other: 'MatchAny',
  },
  'conditions/trackAllCaptures': {
    text: inbound(`<match url="a" /><conditions @>${two}</conditions>${go}`),
    other: 'true',
  },
  'conditions/add/matchType': {
    text: inbound(`<match url="a" /><conditions><add input="{URL}" pattern="a" @ /></conditions>${stop}`),
    other: 'IsFile',
  },
  'conditions/add/ignoreCase': {
    text: inbound(`<match url="a" /><conditions><add input="{URL}" pattern="A" @ /></conditions>${stop}`),
    other: 'false',
  },
  'conditions/add/negate': {
    text: inbound(`<match url="a" /><conditions><add input="{URL}" pattern="a" @ /></conditions>${stop}`),
    other: 'true',
  },
  'serverVariables/set/replace': {
    text: inbound(
      '<match url="a" /><serverVariables><set name="HTTP_X" value="new" @ /></serverVariables><action type="None" />',
    ),
    other: 'false',
    headers: {X: 'old'},
    beside: {allowedServerVariables: '<add name="HTTP_X" />'},
  },
  'action/type': {text: inbound('<match url="a" /><action @ url="/b" />'), other: 'AbortRequest'},
  'action/appendQueryString': {
    text: inbound('<match url="a" /><action type="Redirect" url="/b" @ />'),
    other: 'false',
    url: '/a?x=1',
  },
  'action/redirectType': {text: inbound('<match url="a" /><action type="Redirect" url="/b" @ />'), other: 'Found'},
  'action/statusCode': {text: inbound('<match url="a" /><action type="CustomResponse" @ />'), other: '403'},
  'action/subStatusCode': {
    text: inbound('<match url="a" /><action type="CustomResponse" statusCode="403" @ />'),
    other: '4',
  },
};

const outbound = (inside: string, attributes = ''): string => `<rule name="r" ${attributes}>${inside}</rule>`;
const server = 'serverVariable="RESPONSE_Server"';
const write = '<action type="Rewrite" value="new{C:1}" />';

const outboundRows: Readonly<Record<string, Row>> = {
  enabled: {text: outbound(`<match ${server} pattern="old" />${write}`, '@'), other: 'false'},
  patternSyntax: {text: outbound(`<match ${server} pattern="ol.*" />${write}`, '@'), other: 'Wildcard'},
  stopProcessing: {
    text:
      outbound(`<match ${server} pattern="old" />${write}`, '@') +
      `<rule name="s"><match ${server} pattern="new" /><action type="Rewrite" value="last" /></rule>`,
    other: 'true',
  },
  'match/ignoreCase': {text: outbound(`<match ${server} pattern="OLD" @ />${write}`), other: 'false'},
  'match/negate': {text: outbound(`<match ${server} pattern="old" @ />${write}`), other: 'true'},
  'conditions/logicalGrouping': {
    text: outbound(
      `<match ${server} pattern="old" /><conditions @><add input="{URL}" pattern="a" /><add input="{URL}" pattern="z" /></conditions>${write}`,
    ),
    other: 'MatchAny',
  },
  'conditions/trackAllCaptures': {
    text: outbound(`<match ${server} pattern="old" /><conditions @>${two}</conditions>${write}`),
    other: 'false',
  },
  'conditions/add/matchType': {
    text: outbound(
      `<match ${server} pattern="old" /><conditions><add input="{URL}" pattern="a" @ /></conditions>${write}`,
    ),
    other: 'IsFile',
  },
  'conditions/add/ignoreCase': {
    text: outbound(
      `<match ${server} pattern="old" /><conditions><add input="{URL}" pattern="A" @ /></conditions>${write}`,
    ),
    other: 'false',
  },
  'conditions/add/negate': {
    text: outbound(
      `<match ${server} pattern="old" /><conditions><add input="{URL}" pattern="a" @ /></conditions>${write}`,
    ),
    other: 'true',
  },
  'action/type': {text: outbound(`<match ${server} pattern="old" /><action @ value="new" />`), other: 'Rewrite'},
  'action/replace': {
    text: outbound(`<match ${server} pattern="old" /><action type="Rewrite" value="new" @ />`),
    other: 'false',
  },
};

const named = {outboundRules: outbound(`<match ${server} pattern="old" />${write}`, 'preCondition="p"')};
const pre = (attributes: string, ...conditions: readonly string[]): string =>
  `<preCondition name="p" ${attributes}>${conditions.map((one) => `<add ${one} />`).join('')}</preCondition>`;

const rows: Readonly<Record<RewriteCollection, Readonly<Record<string, Row>>>> = {
  rules: inboundRows,
  globalRules: inboundRows,
  outboundRules: outboundRows,
  preConditions: {
    logicalGrouping: {
      text: pre('@', 'input="{URL}" pattern="a"', 'input="{URL}" pattern="z"'),
      other: 'MatchAny',
      beside: named,
    },
    patternSyntax: {text: pre('@', 'input="{URL}" pattern="/a.*"'), other: 'Wildcard', beside: named},
    'add/matchType': {text: pre('', 'input="{URL}" pattern="a" @'), other: 'IsFile', beside: named},
    'add/ignoreCase': {text: pre('', 'input="{URL}" pattern="A" @'), other: 'false', beside: named},
    'add/negate': {text: pre('', 'input="{URL}" pattern="a" @'), other: 'true', beside: named},
  },
  allowedServerVariables: {},
  rewriteMaps: {
    ignoreCase: {
      text: '<rewriteMap name="map" @><add key="A" value="found" /></rewriteMap>',
      other: 'false',
      beside: {rules: inbound('<match url="a" /><action type="Redirect" url="/{map:a}" />')},
    },
  },
};

/** Attributes that change no answer that could be told from here. */
const silent: readonly string[] = [
  'rules action/logRewrittenUrl',
  'outboundRules match/filterByTags',
  'outboundRules match/occurrences',
];

const effectOf = (
  collection: RewriteCollection,
  {text, beside, url = '/a', headers}: Row,
  attribute: string,
): string => {
  const holding = Object.entries(beside ?? {}).map(([name, content]) => [name, elements(content, site)]);
  const level = {
    ...emptyLevel(site),
    ...Object.fromEntries(holding),
    [collection]: elements(text.replace('@', attribute), collection === 'globalRules' ? '' : site),
  };
  const rules = readLevel(level);
  const request: RewriteRequest = {method: 'GET', url, headers: {Host: 'mail.example', ...headers}};
  const {answer, serverVariables, certain} = traceRequest(rules, request);
  const response = {status: 200, headers: {Server: 'old'}};
  const after = traceResponse(rules, {request, response});
  return JSON.stringify([answer, serverVariables, certain, after.headers, after.certain]);
};

const defaultOf = (attribute: AttributeSchema): string | undefined =>
  'initial' in attribute && attribute.initial !== undefined ? String(attribute.initial) : undefined;

/** Every attribute of an element and those inside of it that has a default, `match/ignoreCase`. */
const defaultsOf = (element: ElementSchema, below = ''): readonly (readonly [string, string])[] => [
  ...Object.entries(element.attributes).flatMap(([name, attribute]): (readonly [string, string])[] => {
    const value = defaultOf(attribute);
    return value === undefined ? [] : [[`${below}${name}`, value]];
  }),
  ...Object.entries(element.elements).flatMap(([name, inner]) => defaultsOf(inner, `${below}${name}/`)),
  ...(element.collection ? defaultsOf(element.collection.item, `${below}${element.collection.add}/`) : []),
];

const collections = Object.entries(rewriteSchema) as readonly [RewriteCollection, {item: ElementSchema}][];
const all = collections.flatMap(([collection, {item}]) =>
  defaultsOf(item)
    .filter(([name]) => !silent.includes(`${collection} ${name}`))
    .map(([name, value]) => [collection, name, value] as const),
);

test.each(all)('%s: %s is %s where it is left out', (collection, name, value) => {
  const row = rows[collection][name];
  expect(row, 'the table has a row').toBeDefined();
  if (!row) return;
  const attribute = (text: string): string => `${name.slice(name.lastIndexOf('/') + 1)}="${text}"`;
  const [without, written, other] = ['', attribute(value), attribute(row.other)].map((one) =>
    effectOf(collection, row, one),
  );
  expect(without).toBe(written);
  expect(without).not.toBe(other);
});

const published = join(import.meta.dirname, '../../../shared/facts/rewrite-schema-facts.json');
const have = existsSync(published);
if (!have) console.warn('SKIPPED: no published schema of URL Rewrite in ../shared/facts');

interface Published {
  readonly attributes?: Readonly<Record<string, {readonly type: string; readonly defaultValue?: string}>>;
  readonly elements?: Readonly<Record<string, Published>>;
  readonly collection?: Published & {readonly addElement: string};
}

/** Attributes with type and default, one a line; the schema of the files counts sizes of integers, too. */
const publishedLines = (
  {attributes = {}, elements: inner = {}, collection}: Published,
  below = '',
): readonly string[] => [
  ...Object.entries(attributes).map(([name, {type, defaultValue}]) =>
    `${below}${name} ${/int/.test(type) ? 'integer' : type} ${defaultValue ?? (/int/.test(type) ? '0' : '')}`.trimEnd(),
  ),
  ...Object.entries(inner).flatMap(([name, element]) => publishedLines(element, `${below}${name}/`)),
  ...(collection ? publishedLines(collection, `${below}${collection.addElement}/`) : []),
];

const ourLines = (element: ElementSchema, below: string): readonly string[] => [
  ...Object.entries(element.attributes).map(([name, attribute]) =>
    `${below}${name} ${attribute.type} ${defaultOf(attribute) ?? ''}`.trimEnd(),
  ),
  ...Object.entries(element.elements).flatMap(([name, inner]) => ourLines(inner, `${below}${name}/`)),
  ...(element.collection ? ourLines(element.collection.item, `${below}${element.collection.add}/`) : []),
];

/** Version 2.1 added it; no published schema has it. */
const isLater = (line: string): boolean => line.includes('responseCacheDirective');

test.skipIf(!have)('types and defaults are those of the published schema (skipped without it)', () => {
  const schema: Readonly<Record<string, Published>> = JSON.parse(readFileSync(published, 'utf8'));
  for (const [collection, {add, item}] of Object.entries(rewriteSchema)) {
    const section = schema[`system.webServer/rewrite/${collection === 'preConditions' ? 'outboundRules' : collection}`];
    const whole = collection === 'preConditions' ? section?.elements?.['preConditions'] : section;
    const lines = publishedLines(whole?.collection ?? {}, `${add}/`);
    expect(lines.length).toBeGreaterThan(0);
    expect(
      ourLines(item, `${add}/`)
        .filter((line) => !isLater(line))
        .toSorted(),
    ).toEqual(lines.toSorted());
  }
});
