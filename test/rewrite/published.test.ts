import {describe, expect, test} from 'vitest';
import {readLevel} from '../../src/rewrite/level.ts';
import {emptyLevel, type RewriteLevel, type RewriteRequest} from '../../src/rewrite/model.ts';
import {traceRequest} from '../../src/rewrite/trace-request.ts';
import {traceResponse} from '../../src/rewrite/trace-response.ts';
import {levelOfVersion, m1Attacks, m1Versions, ordinaryRequests} from './m1-requests.ts';
import {abortRule, elements, m1, m2, site, siteLevel} from './support.ts';

/* The published mitigations against requests that are known in public, and against the ordinary traffic of a server. */

const get = (url: string, headers: Readonly<Record<string, string>> = {}): RewriteRequest => ({
  method: 'GET',
  url,
  headers: {host: 'mail.example', ...headers},
});

const fate = (level: RewriteLevel, request: RewriteRequest): string => {
  const {answer, certain} = traceRequest(readLevel(level), request);
  return `${answer.kind}${certain ? '' : '?'}`;
};

describe('the five published versions of M1', () => {
  test.each(m1Attacks)('%s', (_, url, blockedFrom) => {
    for (const [index, version] of m1Versions.entries()) {
      const expected = index >= blockedFrom ? 'aborted' : 'passed';
      expect([version.date, fate(levelOfVersion(version), get(url))]).toEqual([version.date, expected]);
    }
  });

  test.each(ordinaryRequests)('none of them touches %s', (url) => {
    for (const version of m1Versions) {
      expect([version.date, fate(levelOfVersion(version), get(url))]).toEqual([version.date, 'passed']);
    }
  });

  test('the rule of the site root guards the applications below', () => {
    const level = {...siteLevel(abortRule(m1.input, m1.pattern)), configPath: `${site}/Autodiscover`};
    expect(fate(level, get('/autodiscover/autodiscover.json?a@b.c/powershell'))).toBe('aborted');
  });
});

describe('the cookie rules for CVE-2021-26855', () => {
  const level = siteLevel(
    abortRule('{HTTP_COOKIE}', '(.*)X-AnonResource-Backend(.*)', 'one') +
      abortRule('{HTTP_COOKIE}', '(.*)X-BEResource=(.+)/(.+)~(.+)', 'two'),
  );
  test.each([
    ['X-AnonResource=true; X-AnonResource-Backend=localhost/ecp/default.flt?~3', 'one'],
    ['X-BEResource=localhost/owa/auth/logon.aspx?~1942062522', 'two'],
    ['x-beresource=a/b~1', 'two'],
  ])('block %s', (cookie, name) => {
    expect(traceRequest(readLevel(level), get('/owa/auth/x.js', {Cookie: cookie})).decidedBy?.name).toBe(name);
  });

  test.each([
    '',
    'X-BackEndCookie=S-1-5-21=u56Lnp2ejJqB; X-BEResource=server.mail.example~1942062522',
    `ClientId=0123456789ABCDEF; ${'cadata=0123456789abcdef/~; '.repeat(100)}`,
  ])('pass %j', (cookie) => {
    expect(fate(level, get('/owa/', cookie === '' ? {} : {Cookie: cookie}))).toBe('passed');
  });
});

describe('M2', () => {
  const owa = `${site}/owa`;
  const rules = readLevel({
    ...emptyLevel(owa),
    preConditions: elements(m2.preCondition, owa),
    outboundRules: elements(m2.rule, owa),
  });
  const csp = 'Content-Security-Policy';
  const answer = (url: string, headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const traced = traceResponse(rules, {request: get(url), response: {status: 200, headers}});
    expect(traced).toMatchObject({certain: true, fault: undefined, notSimulated: []});
    return traced.headers;
  };
  const html = {'Content-Type': 'text/html; charset=utf-8', [csp]: "script-src 'self'"};

  test.each([
    '/owa',
    '/owa/',
    '/owa/?bO=1',
    '/owa?x',
    '/OWA/default.aspx?exsvurl=1',
    '/owa/projection.aspx',
    '/owa/readingPane.aspx?x',
    '/owa/popout.aspx',
  ])('adds to the policy of %s', (url) => {
    expect(answer(url, html)).toEqual({...html, [csp]: "script-src 'self'; script-src-attr 'none'"});
  });

  test.each([
    '/owa/Calendar/jane@mail.example/Calendar/calendar.html',
    '/owa/auth/logon.aspx',
    '/ecp/default.aspx',
    '/x/owa/',
  ])('leaves %s alone', (url) => {
    expect(answer(url, html)).toEqual(html);
  });

  test('leaves what is no page alone', () => {
    const script = {...html, 'Content-Type': 'application/javascript'};
    expect(answer('/owa/', script)).toEqual(script);
    expect(answer('/owa/', {[csp]: 'x'})).toEqual({[csp]: 'x'});
  });

  test('writes the header where there is none, with an empty first part, in the case of one that is there', () => {
    expect(answer('/owa/', {'content-type': 'text/html'})).toEqual({
      'content-type': 'text/html',
      [csp]: "; script-src-attr 'none'",
    });
    const lower = {'content-type': 'text/html', 'content-security-policy': 'a'};
    expect(answer('/owa/', lower)).toEqual({...lower, 'content-security-policy': "a; script-src-attr 'none'"});
  });
});
