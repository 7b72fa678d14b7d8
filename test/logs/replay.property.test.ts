import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {replayLogs} from '../../src/operations/replay/replay-logs.ts';
import type {ReplayRules} from '../../src/rewrite/logs/replay-rules.ts';
import type {RewriteLevel} from '../../src/rewrite/model.ts';
import {elements, site} from '../rewrite/support.ts';
import {fc} from '../support/properties.ts';
import {fieldsLine, findings, header, logLine, replayRules, replayText} from './support.ts';

/* The search for candidates may never lose a request: whatever the rules and the log, the counts are those of looking at every line. */

const token = fc.constantFrom(
  ...[
    'autodiscover',
    'PowerShell',
    '%70ower',
    'shell',
    '%2570',
    '/',
    '..',
    '\\',
    '@',
    '%40',
    '+',
    '%20',
    'owa',
    '.json',
    '%u0061',
    '%e9',
    'é',
    'a',
    '%',
    '%zz',
    '~',
    '1',
    '%31',
    ';',
    '&x=',
  ],
);
const text = fc.array(token, {maxLength: 8}).map((all) => all.join(''));
const url = fc
  .tuple(fc.constantFrom('/', '/owa/', '/Autodiscover/', '/%6fwa/'), text, fc.option(text))
  .map(([start, path, query]) => `${start}${path}${query ? `?${query}` : ''}`.replaceAll(' ', '+'));
const appended = fc.constantFrom(
  '',
  '',
  '&CorrelationID=<empty>;&cafeReqId=fffa581c-0000;',
  '&CorrelationID=powershell;',
  '&CorrelationID=<empty>;&ClientId=POWERSHELL&cafeReqId=a1;',
);
const agent = fc.constantFrom('-', 'Mozilla/5.0+(Windows+NT)', 'python-requests/2.0', 'PowerShell%41');
const request = fc
  .tuple(url, appended, agent, fc.constantFrom('GET', 'POST'))
  .map(([path, more, sentBy, method]) =>
    logLine(more === '' || !path.includes('?') ? path : `${path}${more}`, {agent: sentBy, method}),
  );
const directive = fc.constantFrom(
  header,
  '#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip sc-status\r\n',
  '#Fields: date time cs-uri-stem cs(Cookie) cs-uri-query c-ip sc-status\r\n',
  `${fieldsLine} cs(Cookie)\r\n`,
  '#Date: 2022-10-02 00:00:00\r\n',
  'not a line of the log at all\r\n',
  '2022-10-01 08:00:00 GET /owa/powershell autodiscover 10.0.0.1 200\r\n',
);
const log = fc
  .array(fc.oneof({weight: 8, arbitrary: request}, {weight: 1, arbitrary: directive}), {maxLength: 40})
  // Everything twice, the second time from another client: what was decided once must hold for the other, too.
  .map((lines) => lines.join(''))
  .map((lines) => `${header}${lines}${lines.replaceAll('Mozilla/5.0+(Windows+NT)', 'PowerShell%41')}`);

const word = fc.constantFrom(
  'autodiscover',
  'powershell',
  'power.*shell',
  '(owa|json)',
  'a?1',
  '.*',
  '',
  '^/owa/',
  '(?=.*autodiscover)(?=.*powershell)',
  '\\.json',
  '@',
  'windows nt',
  'get',
  '%',
  'python-\\w+',
  '[a-z]{3}x',
  '^off$',
  'on',
  '443',
  '10\\.0',
);
const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const input = fc.constantFrom(
  '{REQUEST_URI}',
  '{UrlDecode:{REQUEST_URI}}',
  '{URL}',
  '{UrlDecode:{URL}}',
  '{QUERY_STRING}',
  '{ToLower:{UrlDecode:{QUERY_STRING}}}',
  '{HTTP_USER_AGENT}',
  '{HTTP_COOKIE}',
  '{REQUEST_METHOD}',
  'x{URL}',
  '{R:0}',
  '{UrlDecode:{UrlDecode:{REQUEST_URI}}}',
  '{HTTP_X_NONE}',
  '{UNENCODED_URL}',
  '{HTTPS}',
  '{SERVER_PORT}',
  '{REMOTE_ADDR}',
  '{LOGON_USER}',
  '{SERVER_NAME}',
);
const flag = fc.boolean().map(String);
const condition = fc
  .tuple(input, word, flag, flag)
  .map(
    ([from, pattern, negate, ignoreCase]) =>
      `<add input="${from}" pattern="${escaped(pattern)}" negate="${negate}" ignoreCase="${ignoreCase}" />`,
  );
const action = fc.constantFrom(
  ...[
    '<action type="AbortRequest" />',
    '<action type="CustomResponse" statusCode="403" />',
    '<action type="None" />',
    '<action type="Redirect" url="/x" />',
  ],
);
const changing = '<action type="Rewrite" url="/powershell/{R:0}" />';
const ruleParts = fc.record({
  match: fc.constantFrom('.*', '^owa', 'autodiscover', 'json$', 'shell'),
  negate: fc.constantFrom('false', 'false', 'true'),
  grouping: fc.constantFrom('MatchAll', 'MatchAll', 'MatchAny'),
  conditions: fc.array(condition, {maxLength: 3}),
  action: fc.oneof({weight: 9, arbitrary: action}, {weight: 1, arbitrary: fc.constant(changing)}),
  stop: flag,
});
const rules = fc
  .array(ruleParts, {minLength: 1, maxLength: 3})
  .map((all) =>
    all
      .map(
        ({match, negate, grouping, conditions, action: done, stop}, index) =>
          `<rule name="r${index}" stopProcessing="${stop}"><match url="${escaped(match)}" negate="${negate}" /><conditions logicalGrouping="${grouping}">${conditions.join('')}</conditions>${done}</rule>\n`,
      )
      .join(''),
  );
const preCondition = `<preCondition name="p"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" /><add input="{REQUEST_URI}" pattern="^/owa/?($|\\?|default)" /></preCondition>`;
const outbound: Partial<RewriteLevel> = {
  preConditions: elements(preCondition, site),
  outboundRules: elements(
    '<rule name="out" preCondition="p"><match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)" /><action type="Rewrite" value="{R:1}; x" /></rule>',
    site,
  ),
};
const allRules: fc.Arbitrary<ReplayRules> = fc
  .tuple(rules, fc.boolean())
  .map(([inbound, both]) => replayRules(inbound, {others: both ? outbound : {}}));

test('candidates give the counts of every line, whatever the rules and the log', () => {
  fc.assert(
    fc.property(log, allRules, (lines, tried) => {
      const plain = replayText(lines, tried, {look: 'every-line'});
      expect(findings(replayText(lines, tried))).toEqual(findings(plain));
    }),
    {numRuns: 1500},
  );
}, 120_000);

test('in pieces of any size the counts are the same', () => {
  fc.assert(
    fc.property(log, allRules, fc.integer({min: 1, max: 300}), (lines, tried, piece) => {
      expect(findings(replayText(lines, tried, {piece}))).toEqual(findings(replayText(lines, tried)));
    }),
    {numRuns: 200},
  );
}, 60_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stopgap-replay-'));
});
afterAll(() => rm(folder, {recursive: true}));

test('cut into parts at any byte, in one thread or two, packed or not, the counts are the same', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      log,
      allRules,
      fc.integer({min: 200, max: 3000}),
      fc.constantFrom(1, 2),
      async (lines, tried, partBytes, threads) => {
        const path = join(folder, `${run++}.log`);
        const bytes = Buffer.from(lines);
        await writeFile(path, bytes);
        await writeFile(`${path}.gz`, gzipSync(bytes));
        const request = {rules: tried, look: 'candidates' as const, stdin: Readable.from([bytes]), threads, partBytes};
        const one = replayText(lines, tried);
        const wanted = findings(one);
        const found = async (files: Parameters<typeof replayLogs>[0]['files']): Promise<unknown> =>
          findings(await replayLogs({...request, files}));
        expect(await found([{kind: 'plain', path, bytes: bytes.length}])).toEqual(wanted);
        expect(await found([{kind: 'gzip', path: `${path}.gz`, bytes: 1}])).toEqual(wanted);
        expect(await found([{kind: 'stdin'}])).toEqual(wanted);
      },
    ),
    {numRuns: 25},
  );
}, 120_000);
