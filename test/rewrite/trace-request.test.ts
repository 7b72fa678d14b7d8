import {describe, expect, test} from 'vitest';
import {readLevel} from '../../src/rewrite/level.ts';
import type {RewriteLevel, RewriteRequest} from '../../src/rewrite/model.ts';
import type {Answer, Trace} from '../../src/rewrite/trace.ts';
import {traceRequest} from '../../src/rewrite/trace-request.ts';
import {elements, site, siteLevel} from './support.ts';

const get = (url: string, others: Partial<RewriteRequest> = {}): RewriteRequest => ({
  method: 'GET',
  url,
  headers: {host: 'mail.example', cookie: 'a=b'},
  ...others,
});

const trace = (level: RewriteLevel, request: RewriteRequest): Trace => traceRequest(readLevel(level), request);

/** Rules that rewrite to what they matched show their captures in the URL that the application sees. */
const rewritten = (rule: string, url: string, others: Partial<RewriteLevel> = {}): string | undefined => {
  const {answer} = trace(siteLevel(rule, others), get(url));
  return answer.kind === 'passed' ? answer.url : answer.kind;
};

const rule = (match: string, target: string, attributes = '', conditions = ''): string => `
  <rule name="r" ${attributes}><match ${match} />${conditions}
    <action type="Rewrite" url="${target}" appendQueryString="false" /></rule>`;

describe('matching the URL', () => {
  test.each([
    ['the path without slash and query, at the root', 'url="^a/b$"', '/a/b?x=1', '/hit'],
    ['the query is no part of it', 'url="x"', '/a/b?x=1', '/a/b?x=1'],
    ['ECMAScript searches anywhere, without regard to case', 'url="B/C"', '/a/b/c', '/hit'],
    ['with regard to case when told', 'url="B/C" ignoreCase="false"', '/a/b/c', '/a/b/c'],
    ['negated', 'url="b" negate="true"', '/a', '/hit'],
    ['negated, and it matches', 'url="b" negate="true"', '/b', '/b'],
    ['the path is decoded once', 'url="^a b/%2e$"', '/a%20b/%252e', '/hit'],
    ['dot segments are gone', 'url="^c$"', '/a/../b/./../c', '/hit'],
    ['a back slash is a slash', 'url="^a/b$"', '/a\\b', '/hit'],
  ])('%s', (_, match, url, seen) => {
    expect(rewritten(rule(match, '/hit'), url)).toBe(seen);
  });

  test.each([
    ['Wildcard covers the whole text', 'Wildcard', 'a/*', '/a/b', '/[a/b|b]'],
    ['Wildcard that covers only a part', 'Wildcard', 'b', '/a/b', '/a/b'],
    ['? does not capture', 'Wildcard', 'a?c/*', '/abc/d', '/[abc/d|d]'],
    ['Wildcard takes signs of expressions as they are', 'Wildcard', 'a.c', '/abc', '/abc'],
    ['Wildcard ignores case', 'Wildcard', 'A*', '/ab', '/[ab|b]'],
    ['ExactMatch covers the whole text', 'ExactMatch', 'a/b', '/a/b', '/[a/b|]'],
    ['ExactMatch ignores case', 'ExactMatch', 'A/B', '/a/b', '/[a/b|]'],
    ['ExactMatch that covers only a part', 'ExactMatch', 'a', '/a/b', '/a/b'],
    ['ExactMatch takes a star as it is', 'ExactMatch', '*', '/a', '/a'],
  ])('%s', (_, syntax, url, request, seen) => {
    expect(rewritten(rule(`url="${url}"`, '/[{R:0}|{R:1}]', `patternSyntax="${syntax}"`), request)).toBe(seen);
  });

  test('a rule sees the path below the level that owns it', () => {
    const own = elements(rule('url="^logon\\.aspx$"', '/own'), `${site}/app`);
    const level = {...siteLevel(''), configPath: `${site}/app`, rules: own};
    expect(trace(level, get('/App/logon.aspx')).answer).toEqual({kind: 'passed', url: '/own'});
    const seen = trace(level, get('/application/logon.aspx'));
    expect(seen.answer.kind).toBe('passed');
    expect(seen.rules[0]?.why).toBe(`the URL is not below ${site}/app`);
  });

  test('a global rule sees the path from the root and runs before every other', () => {
    const level = {
      ...siteLevel('<rule name="own"><match url=".*" /><action type="AbortRequest" /></rule>'),
      globalRules: elements(
        '<rule name="all"><match url="^app/x$" /><action type="CustomResponse" statusCode="403" /></rule>',
        '',
      ),
    };
    const seen = trace(level, get('/app/x'));
    expect(seen.answer).toMatchObject({kind: 'custom-response', status: 403});
    expect(seen.rules.map(({name}) => name)).toEqual(['all']);
    expect(trace(level, get('/app/y')).decidedBy?.name).toBe('own');
  });
});

describe('conditions', () => {
  const conditions = (attributes: string, ...all: readonly (readonly [string, string])[]): string =>
    `<conditions ${attributes}>${all.map(([input, pattern]) => `<add input="${input}" ${pattern} />`).join('')}</conditions>`;
  const with2 = (attributes: string, first: string, second: string): string =>
    rule('url=".*"', '/hit', '', conditions(attributes, ['{HTTP_HOST}', first], ['{QUERY_STRING}', second]));

  test.each([
    ['all must hold', '', 'pattern="mail"', 'pattern="^x=1$"', '/hit'],
    ['one fails', '', 'pattern="mail"', 'pattern="y"', '/a?x=1'],
    ['any is enough', 'logicalGrouping="MatchAny"', 'pattern="other"', 'pattern="x"', '/hit'],
    ['none holds', 'logicalGrouping="MatchAny"', 'pattern="other"', 'pattern="y"', '/a?x=1'],
    ['a negated one holds', '', 'pattern="other" negate="true"', 'pattern="x"', '/hit'],
    ['case is ignored by default', '', 'pattern="MAIL"', 'pattern="X"', '/hit'],
    ['case counts when told', '', 'pattern="MAIL" ignoreCase="false"', 'pattern="x"', '/a?x=1'],
  ])('%s', (_, attributes, first, second, seen) => {
    expect(rewritten(with2(attributes, first, second), '/a?x=1')).toBe(seen);
  });

  test('{C:n} are those of the last condition, and none of a negated one', () => {
    const two = conditions('', ['{HTTP_HOST}', 'pattern="(mail)"'], ['{QUERY_STRING}', 'pattern="x=(\\d)"']);
    expect(rewritten(rule('url="(.*)"', '/{R:1}/{C:0}/{C:1}', '', two), '/a?x=1')).toBe('/a/x=1/1');
    const negated = conditions(
      '',
      ['{HTTP_HOST}', 'pattern="(mail)"'],
      ['{QUERY_STRING}', 'pattern="(y)" negate="true"'],
    );
    expect(rewritten(rule('url=".*"', '/{C:1}', '', negated), '/a?x=1')).toBe('/mail');
  });

  test('a condition may use {R:n} and the {C:n} of the condition before it', () => {
    const chain = conditions('', ['{R:1}', 'pattern="^a(.)$"'], ['{C:1}{QUERY_STRING}', 'pattern="^bx"']);
    expect(rewritten(rule('url="^(..)$"', '/hit', '', chain), '/ab?x=1')).toBe('/hit');
    expect(rewritten(rule('url="^(..)$"', '/hit', '', chain), '/ac?x=1')).toBe('/ac?x=1');
  });

  test('trackAllCaptures numbers on over all conditions, and the numbers are said to be uncertain', () => {
    const all = conditions(
      'trackAllCaptures="true"',
      ['{HTTP_HOST}', 'pattern="(mail)"'],
      ['{QUERY_STRING}', 'pattern="x=(\\d)"'],
    );
    const seen = trace(siteLevel(rule('url=".*"', '/{C:1}/{C:3}', '', all)), get('/a?x=1'));
    expect(seen.answer).toEqual({kind: 'passed', url: '/mail/1'});
    expect(seen.doubts.join()).toContain('whole matches are counted');
    const first = trace(siteLevel(rule('url=".*"', '/{C:1}', '', all)), get('/a?x=1'));
    expect(first.certain).toBe(true);
  });

  test('MatchAny with {C:n} is uncertain where conditions behind the first that holds might matter', () => {
    const any = conditions(
      'logicalGrouping="MatchAny"',
      ['{HTTP_HOST}', 'pattern="(mail)"'],
      ['{QUERY_STRING}', 'pattern="(x)"'],
    );
    const seen = trace(siteLevel(rule('url=".*"', '/{C:1}', '', any)), get('/a?x=1'));
    expect(seen.answer).toEqual({kind: 'passed', url: '/mail'});
    expect(seen.certain).toBe(false);
    expect(trace(siteLevel(rule('url=".*"', '/hit', '', any)), get('/a?x=1')).certain).toBe(true);
  });

  test('IsFile and IsDirectory ask the caller, and without an answer nothing is certain', () => {
    const file = conditions('', ['{REQUEST_FILENAME}', 'matchType="IsFile" negate="true"']);
    const level = siteLevel(rule('url=".*"', '/hit', '', file));
    const variables = {REQUEST_FILENAME: 'C:\\www\\a'};
    expect(trace(level, get('/a', {variables, fileAt: () => 'none'})).answer).toEqual({kind: 'passed', url: '/hit'});
    expect(trace(level, get('/a', {variables, fileAt: () => 'file'})).answer).toEqual({kind: 'passed', url: '/a'});
    expect(trace(level, get('/a', {variables, fileAt: () => 'directory'})).answer).toEqual({
      kind: 'passed',
      url: '/hit',
    });
    const unknown = trace(level, get('/a'));
    expect(unknown.answer).toEqual({kind: 'passed', url: '/a'});
    expect(unknown.doubts).toEqual(['rule "r": whether {REQUEST_FILENAME} is a file is not known']);
  });

  test('a condition that certainly fails settles the rule whatever is unknown beside it', () => {
    const both = conditions('', ['{LOGON_USER}', 'pattern="jane"'], ['{QUERY_STRING}', 'pattern="y"']);
    expect(trace(siteLevel(rule('url=".*"', '/hit', '', both)), get('/a?x=1')).certain).toBe(true);
    const alone = conditions('', ['{LOGON_USER}', 'pattern="jane"']);
    expect(trace(siteLevel(rule('url=".*"', '/hit', '', alone)), get('/a?x=1')).doubts).toEqual([
      'rule "r": the value of {LOGON_USER} is not known',
    ]);
  });
});

describe('server variables, functions and maps', () => {
  test.each([
    ['{REQUEST_URI}', '/a%20b?x=%31'],
    ['{UNENCODED_URL}', '/a%20b?x=%31'],
    ['{URL}', '/a b'],
    ['{QUERY_STRING}', 'x=%31'],
    ['{query_string}', 'x=%31'],
    ['{REQUEST_METHOD}', 'GET'],
    ['{HTTP_HOST}', 'mail.example'],
    ['{SERVER_NAME}', 'mail.example'],
    ['{HTTP_COOKIE}', 'a=b'],
    ['{HTTP_X_FORWARDED_FOR}', '10.0.0.1'],
    ['{HTTP_X_ABSENT}', ''],
    ['{HTTPS}', 'on'],
    ['{SERVER_PORT}', '443'],
    ['{UrlDecode:{REQUEST_URI}}', '/a b?x=1'],
    ['{urldecode:%2531}', '%31'],
    ['{ToLower:{HTTP_X_Case}}', 'abc'],
    ['{UrlEncode:ab}', 'ab'],
    ['{HtmlEncode:&amp;}', '&amp;'],
    ['{Map:Key}', 'value'],
    ['{Map:other}', 'none'],
    ['{Exact:Key}', ''],
    ['{R:0}|{R:7}', 'a b|'],
    ['a{b', 'a{b'],
  ])('%s is %j', (input, value) => {
    const maps = `<rewriteMap name="map" defaultValue="none"><add key="key" value="value" /></rewriteMap>
      <rewriteMap name="Exact" ignoreCase="false"><add key="key" value="value" /></rewriteMap>`;
    const level = siteLevel(
      `<rule name="r"><match url=".*" /><conditions><add input="${input}" pattern="." /></conditions><action type="None" /></rule>`,
      {rewriteMaps: elements(maps, site)},
    );
    const request = get('/a%20b?x=%31', {
      headers: {Host: 'mail.example', Cookie: 'a=b', 'X-Forwarded-For': '10.0.0.1', 'x-case': 'ABC'},
    });
    expect(trace(level, request).rules[0]?.conditions[0]?.value).toBe(value);
  });

  test('a reading that is not known makes a trace uncertain only where it matters', () => {
    const decoding = (pattern: string): Trace =>
      trace(
        siteLevel(`<rule name="r"><match url=".*" /><conditions>
        <add input="{UrlDecode:{QUERY_STRING}}" pattern="${pattern}" /></conditions><action type="AbortRequest" /></rule>`),
        get('/a?x=1+2'),
      );
    expect(decoding('x=1')).toMatchObject({certain: true, answer: {kind: 'aborted'}});
    expect(decoding('1 2')).toMatchObject({
      certain: false,
      answer: {kind: 'passed'},
      doubts: ['rule "r": whether UrlDecode turns "+" into a blank is not known'],
    });
  });

  test('a path that is encoded twice may be refused before the rules', () => {
    expect(trace(siteLevel(''), get('/a%252e')).doubts[0]).toContain('encoded twice');
    expect(trace(siteLevel(''), get('/a%2e?x=%252e')).certain).toBe(true);
  });
});

describe('actions', () => {
  const action = (text: string, others: Partial<RewriteLevel> = {}, url = '/a/b?x=1'): Answer =>
    trace(siteLevel(`<rule name="r"><match url="^a/(.*)" />${text}</rule>`, others), get(url)).answer;

  test.each([
    [
      'permanent redirect keeps the query by default',
      '<action type="Redirect" url="/new/{R:1}" />',
      {status: 301, location: '/new/b?x=1'},
    ],
    [
      'query added behind one that is there',
      '<action type="Redirect" url="/n?y=2" redirectType="Found" />',
      {status: 302, location: '/n?y=2&x=1'},
    ],
    [
      'query left out',
      '<action type="Redirect" url="/n" redirectType="SeeOther" appendQueryString="false" />',
      {status: 303, location: '/n'},
    ],
    [
      'temporary redirect to another host',
      '<action type="Redirect" url="https://{HTTP_HOST}/{R:1}" redirectType="Temporary" />',
      {status: 307, location: 'https://mail.example/b?x=1'},
    ],
    ['relative to the level', '<action type="Redirect" url="n" />', {status: 301, location: '/n?x=1'}],
  ])('%s', (_, text, answer) => {
    expect(action(text)).toEqual({kind: 'redirected', ...answer});
  });

  test('custom response', () => {
    const text =
      '<action type="CustomResponse" statusCode="403" subStatusCode="4" statusReason="No" statusDescription="Not here" />';
    expect(action(text)).toEqual({
      kind: 'custom-response',
      status: 403,
      subStatus: 4,
      reason: 'No',
      description: 'Not here',
    });
  });

  test('abort closes the connection', () => {
    expect(action('<action type="AbortRequest" />')).toEqual({kind: 'aborted'});
  });

  test('a rewrite changes the URL for the rules behind it, which still know the first one', () => {
    const rules = `<rule name="one"><match url="^a" /><action type="Rewrite" url="/b" /></rule>
      <rule name="two"><match url="^b$" /><conditions><add input="{UNENCODED_URL}" pattern="^/a" /></conditions>
        <action type="Rewrite" url="/c?y=2" /></rule>`;
    const seen = trace(siteLevel(rules), get('/a?x=1'));
    expect(seen.answer).toEqual({kind: 'passed', url: '/c?y=2&x=1'});
    expect(seen.rules.map(({fired}) => fired)).toEqual([true, true]);
  });

  test('stopProcessing counts only for a rule that fired', () => {
    const rules = (
      first: string,
    ): string => `<rule name="one" stopProcessing="true"><match url="${first}" /><action type="None" /></rule>
      <rule name="two"><match url=".*" /><action type="AbortRequest" /></rule>`;
    expect(trace(siteLevel(rules('^a')), get('/a')).answer.kind).toBe('passed');
    expect(trace(siteLevel(rules('^b')), get('/a')).answer.kind).toBe('aborted');
  });

  test('a disabled rule does nothing', () => {
    const disabled = '<rule name="r" enabled="false"><match url=".*" /><action type="AbortRequest" /></rule>';
    const seen = trace(siteLevel(disabled), get('/a'));
    expect(seen.answer.kind).toBe('passed');
    expect(seen.rules[0]?.why).toBe('the rule is disabled');
  });

  test('server variables are set where they are allowed, and are a 500 where they are not', () => {
    const text = `<serverVariables><set name="HTTP_X_NEW" value="{R:1}" /><set name="HTTP_COOKIE" value="other" replace="false" /></serverVariables><action type="None" />`;
    const rules = `<rule name="r"><match url="^a/(.*)" />${text}</rule>
      <rule name="s"><match url=".*" /><conditions><add input="{HTTP_X_NEW}" pattern="^b$" /></conditions><action type="AbortRequest" /></rule>`;
    const allowed = elements('<add name="http_x_new" /><add name="HTTP_COOKIE" />', '');
    const seen = trace(siteLevel(rules, {allowedServerVariables: allowed}), get('/a/b'));
    expect(seen.answer.kind).toBe('aborted');
    expect(seen.serverVariables).toEqual({HTTP_X_NEW: 'b'});
    expect(trace(siteLevel(rules), get('/a/b')).answer).toMatchObject({
      kind: 'error',
      status: 500,
      subStatus: undefined,
    });
    const global = {...siteLevel(''), globalRules: elements(rules, '')};
    expect(trace(global, get('/a/b')).answer.kind).toBe('aborted');
  });
});

describe('what IIS refuses', () => {
  const good = '<rule name="good"><match url=".*" /><action type="AbortRequest" /></rule>';
  test.each([
    [
      'an unknown syntax',
      '<rule name="bad" patternSyntax="Regular Expressions"><match url="a" /></rule>',
      19,
      'must be one of',
    ],
    [
      'a status of a redirect',
      '<rule name="bad"><match url="a" /><action type="CustomResponse" statusCode="302" /></rule>',
      19,
      'must not be between 300 and 307',
    ],
    [
      'a status that is no number',
      '<rule name="bad"><match url="a" /><action type="CustomResponse" statusCode="x" /></rule>',
      19,
      'must be an integer',
    ],
    ['a name that is missing', '<rule><match url="a" /></rule>', 19, 'lacks the attribute name'],
    ['an empty URL pattern', '<rule name="bad"><match url="" /></rule>', 19, 'must not be empty'],
    ['an unknown attribute', '<rule name="bad" stop="true"><match url="a" /></rule>', 19, 'unknown attribute stop'],
    ['an unknown element', '<rule name="bad"><match url="a" /><then /></rule>', 19, 'unknown element <then>'],
    ['two rules of one name', '<rule name="GOOD"><match url="a" /></rule>', 19, 'stands twice'],
    ['a star as an expression', '<rule name="bad"><match url="*" /></rule>', undefined, 'which is not valid'],
    [
      'an expression of a condition',
      '<rule name="bad"><match url="a" /><conditions><add input="{URL}" pattern="(" /></conditions></rule>',
      undefined,
      'in condition 1 the pattern "("',
    ],
  ])('%s takes the whole level down', (_, bad, subStatus, reason) => {
    for (const rules of [good + bad, bad + good]) {
      const {answer, certain} = trace(siteLevel(rules), get('/other'));
      expect(answer).toMatchObject({kind: 'error', status: 500, subStatus});
      expect(answer.kind === 'error' && answer.fault.reason).toContain(reason);
      expect(certain).toBe(true);
    }
  });

  test('a fault names file and line', () => {
    const {answer} = trace(siteLevel('\n\n<rule name="bad"><match url="*" /></rule>'), get('/'));
    expect(answer.kind === 'error' && answer.fault.source).toEqual({
      file: `${site}\\web.config`,
      line: 3,
      configPath: site,
    });
  });

  test('a star is a good wildcard', () => {
    const wild = '<rule name="w" patternSyntax="Wildcard"><match url="*" /><action type="AbortRequest" /></rule>';
    expect(trace(siteLevel(wild), get('/x')).answer.kind).toBe('aborted');
  });

  test('duplicates of outbound rules and preconditions take the application down too', () => {
    const two = '<preCondition name="p" /><preCondition name="p" />';
    expect(trace(siteLevel('', {preConditions: elements(two, site)}), get('/')).answer).toMatchObject({subStatus: 19});
    const rules = '<rule name="o"><match serverVariable="RESPONSE_X" pattern="a" /></rule>';
    expect(trace(siteLevel('', {outboundRules: elements(rules + rules, site)}), get('/')).answer).toMatchObject({
      subStatus: 19,
    });
  });

  test('the same condition twice is a fault in a global rule and none in another', () => {
    const twice = `<rule name="r"><match url=".*" /><conditions><add input="{URL}" pattern="a" />
      <add input="{URL}" pattern="a" negate="false" /></conditions><action type="AbortRequest" /></rule>`;
    expect(trace(siteLevel(twice), get('/a')).answer.kind).toBe('aborted');
    expect(trace({...siteLevel(''), globalRules: elements(twice, '')}, get('/a')).answer).toMatchObject({
      subStatus: 19,
    });
  });

  test('a broken global rule strikes first, a broken rule of the level only when no global rule has answered', () => {
    const abort = elements(good, '');
    const broken = '<rule name="bad"><match url="*" /></rule>';
    expect(trace({...siteLevel(broken), globalRules: abort}, get('/')).answer.kind).toBe('aborted');
    expect(trace({...siteLevel(good), globalRules: elements(broken, '')}, get('/')).answer.kind).toBe('error');
  });

  test.each([
    ['half written, without a pattern', '<rule name="half"><match /><action type="AbortRequest" /></rule>'],
    ['a redirect to nowhere', '<rule name="half"><match url=".*" /><action type="Redirect" /></rule>'],
    [
      'another letter case',
      '<rule name="half" patternSyntax="wildcard"><match url="*" /><action type="AbortRequest" /></rule>',
    ],
    ['a disabled rule with a pattern that is not valid', '<rule name="half" enabled="false"><match url="*" /></rule>'],
  ])('%s: what IIS does is not known, and the trace says so', (_, rules) => {
    const seen = trace(siteLevel(rules), get('/a'));
    expect(seen.answer.kind).toBe('passed');
    expect(seen.certain).toBe(false);
    expect(seen.doubts[0]).toContain('not known');
  });

  test('a pattern that younger engines alone know is matched with a doubt', () => {
    const seen = trace(
      siteLevel('<rule name="r"><match url="(?&lt;=a)b" /><action type="AbortRequest" /></rule>'),
      get('/ab'),
    );
    expect(seen.answer.kind).toBe('aborted');
    expect(seen.doubts[0]).toContain('lookbehind');
  });
});

describe('the trace', () => {
  test('says for each rule why it did or did not fire', () => {
    const rules = `<rule name="1"><match url="^x" /></rule>
      <rule name="2"><match url=".*" /><conditions><add input="{HTTP_COOKIE}" pattern="z" /></conditions></rule>
      <rule name="3"><match url=".*" /><conditions logicalGrouping="MatchAny"><add input="{URL}" pattern="z" /><add input="{URL}" pattern="y" /></conditions></rule>
      <rule name="4"><match url="a" /><conditions><add input="{HTTP_COOKIE}" pattern="a" /></conditions><action type="AbortRequest" /></rule>
      <rule name="5"><match url=".*" /></rule>`;
    const seen = trace(siteLevel(rules), get('/a'));
    expect(seen.rules.map(({why}) => why)).toEqual([
      'the URL "a" does not match "^x"',
      'the URL "a" matches ".*", but condition 1 does not hold: {HTTP_COOKIE} is "a=b"',
      'the URL "a" matches ".*", but none of 2 conditions hold',
      'the URL "a" matches "a", and 1 condition holds',
    ]);
    expect(seen.decidedBy).toMatchObject({name: '4', source: {line: 4, configPath: site}});
  });

  test('an exponential pattern is never run without end: the rule is uncertain instead', () => {
    const evil = '<rule name="evil"><match url="^(a+)+$" /><action type="AbortRequest" /></rule>';
    const seen = trace(siteLevel(evil), get(`/${'a'.repeat(60)}b`));
    expect(seen.certain).toBe(false);
    expect(seen.doubts[0]).toMatch(/exponential growth took more than \d+ steps on 61 characters/);
    expect(trace(siteLevel(evil), get('/aaa'))).toMatchObject({certain: true, answer: {kind: 'aborted'}});
  });
});
