import {describe, expect, test} from 'vitest';
import {readLevel} from '../../src/rewrite/level.ts';
import {decidesByUrl, readsHeaders} from '../../src/rewrite/logs/reads.ts';
import type {RewriteLevel} from '../../src/rewrite/model.ts';
import {abortRule, elements, m1, m2, site, siteLevel} from '../rewrite/support.ts';
import {header, logLine, onlyRule, replayRules, replayText} from './support.ts';

const rule = (inside: string): RewriteLevel => siteLevel(`<rule name="r"><match url=".*" />${inside}</rule>`);
const act = '<action type="AbortRequest" />';

describe('whether a level looks at headers', () => {
  test.each<[string, boolean, RewriteLevel]>([
    ['M1 does not', false, siteLevel(abortRule(m1.input, m1.pattern))],
    ['a condition', true, siteLevel(abortRule('{HTTP_COOKIE}', 'a'))],
    ['a condition inside of a function', true, siteLevel(abortRule('{ToLower:x{UrlDecode:{http_user_agent}}}', 'a'))],
    ['the name of the server, which is the Host header', true, siteLevel(abortRule('{SERVER_NAME}', 'a'))],
    ['what only has a name like that', false, siteLevel(abortRule('{HTTP_URL}{HTTP_METHOD}', 'a'))],
    ['the URL of an action', true, rule('<action type="Redirect" url="/{HTTP_HOST}" />')],
    [
      'a server variable that is set',
      true,
      rule(`<serverVariables><set name="X" value="{HTTP_HOST}" /></serverVariables>${act}`),
    ],
    [
      'one that is set only where there is none',
      true,
      rule(`<serverVariables><set name="HTTP_X" value="a" replace="false" /></serverVariables>${act}`),
    ],
    ['a global rule', true, {...siteLevel(''), globalRules: elements(abortRule('{HTTP_HOST}', 'a'), '')}],
    [
      'M2 does not, its headers are of the answer',
      false,
      {...siteLevel(''), preConditions: elements(m2.preCondition, site), outboundRules: elements(m2.rule, site)},
    ],
    [
      'a precondition',
      true,
      {
        ...siteLevel(''),
        preConditions: elements('<preCondition name="p"><add input="{HTTP_HOST}" pattern="a" /></preCondition>', site),
      },
    ],
    [
      'the value of an outbound rule',
      true,
      {
        ...siteLevel(''),
        outboundRules: elements(
          '<rule name="o"><match serverVariable="RESPONSE_X" pattern="a" /><action type="Rewrite" value="{HTTP_HOST}" /></rule>',
          site,
        ),
      },
    ],
  ])('%s: %s', (_, reads, level) => {
    expect(readsHeaders(readLevel(level))).toBe(reads);
  });
});

test.each<[string, boolean, RewriteLevel]>([
  ['M1', true, siteLevel(abortRule(m1.input, m1.pattern))],
  [
    'M2',
    true,
    {...siteLevel(''), preConditions: elements(m2.preCondition, site), outboundRules: elements(m2.rule, site)},
  ],
  ['the method', true, siteLevel(abortRule('{request_method}', 'GET'))],
  ['a cookie', false, siteLevel(abortRule('{HTTP_COOKIE}', 'a'))],
  ['the address', false, siteLevel(abortRule('x{REMOTE_ADDR}', 'a'))],
  ['the user', false, siteLevel(abortRule('{LOGON_USER}', 'a'))],
  ['the port', false, siteLevel(abortRule('{SERVER_PORT}', 'a'))],
  [
    'a variable that is kept where it is set',
    false,
    rule(`<serverVariables><set name="X" value="a" replace="false" /></serverVariables>${act}`),
  ],
])('rules about %s decide by the URL: %s', (_, byUrl, level) => {
  expect(decidesByUrl(readLevel(level))).toBe(byUrl);
});

test('more URLs than are remembered are all counted, and so are URLs that come again later', () => {
  const urls = Array.from({length: 5000}, (_, index) => `/a${index}?powershell=autodiscover`);
  const log = [...urls, ...urls].map((url) => logLine(url)).join('');
  const tally = onlyRule(replayText(header + log, replayRules(abortRule(m1.input, m1.pattern))));
  expect(tally?.ordinary.count).toBe(10_000);
});

test('a blank in the name of a client makes a rule about it uncertain, and no other', () => {
  const log = header + logLine('/a?powershell=autodiscover', {agent: 'Mobile+Mail'});
  const about = (input: string, pattern: string) => onlyRule(replayText(log, replayRules(abortRule(input, pattern))));
  expect(about('{HTTP_USER_AGENT}', 'mobile mail')).toMatchObject({ordinary: {count: 0}, uncertain: {count: 1}});
  expect(about(m1.input, m1.pattern)).toMatchObject({ordinary: {count: 1}, uncertain: {count: 0}});
});
