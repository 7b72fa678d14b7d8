import {describe, expect, test} from 'vitest';
import {readLevel} from '../../src/rewrite/level.ts';
import {emptyLevel, type RewriteLevel, type RewriteRequest} from '../../src/rewrite/model.ts';
import {traceRequest} from '../../src/rewrite/trace-request.ts';
import {traceResponse} from '../../src/rewrite/trace-response.ts';
import {abortRule, elements, m2, site, siteLevel} from './support.ts';

/* The published mitigations against requests that are known in public, and against the ordinary traffic of a server. */

const plainUri = '{REQUEST_URI}';
const decodedUri = '{UrlDecode:{REQUEST_URI}}';

const versions = {
  'M1 of 30 September 2022': siteLevel(abortRule(plainUri, '.*autodiscover\\.json.*\\@.*Powershell.*')),
  'M1 of 3 October 2022': siteLevel(abortRule(plainUri, '.*autodiscover\\.json.*Powershell.*')),
  'M1 of 5 October 2022': siteLevel(abortRule('{UrlDecode: {REQUEST_URI}}', '.*autodiscover\\.json.*Powershell.*')),
  'M1 of 6 October 2022': siteLevel(abortRule(decodedUri, '.*autodiscover\\.json.*Powershell.*')),
  'M1 of 7 October 2022': siteLevel(abortRule(decodedUri, '(?=.*autodiscover)(?=.*powershell)')),
} as const;

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
  const [first, second, third, fourth, last] = Object.keys(versions);
  const all = [first, second, third, fourth, last];
  test.each([
    [
      'the first attack seen',
      '/autodiscover/autodiscover.json?@evil.example/owa/&Email=autodiscover/autodiscover.json%3f@evil.example&Protocol=XYZ&FooProtocol=Powershell',
      all,
    ],
    [
      'the path of ProxyShell',
      '/autodiscover/autodiscover.json?@evil.example/powershell/?X-Rps-CAT=x&Email=autodiscover/autodiscover.json%3F@evil.example',
      all,
    ],
    ['another letter case', '/AutoDiscover/AutoDiscover.JSON?a@b.c/POWERSHELL', all],
    [
      'the @ encoded, which the first version needs as it is',
      '/autodiscover/autodiscover.json?a%40b.c/powershell',
      [second, third, fourth, last],
    ],
    ['no @ at all', '/autodiscover/autodiscover.json?a/powershell', [second, third, fourth, last]],
    [
      'a letter encoded, which needs decoding',
      '/autodiscover/autodiscover.json?a@b.c&Protocol=%50owershell',
      [third, fourth, last],
    ],
    ['the dot encoded', '/autodiscover/autodiscover%2ejson?a@b.c/powershell', [third, fourth, last]],
    ['the words in the other order', '/powershell/?a=autodiscover/autodiscover.json', [last]],
    ['without the file', '/autodiscover/?a@b.c/powershell', [last]],
    [
      'a letter encoded twice, which one decoding leaves',
      '/autodiscover/autodiscover.json?a@b.c&Protocol=%2550owershell',
      [],
    ],
    ['through another application (OWASSRF)', '/owa/jane%40mail.example/powershell', []],
  ])('%s', (_, url, blocking) => {
    for (const [name, level] of Object.entries(versions)) {
      expect([name, fate(level, get(url))]).toEqual([name, blocking.includes(name) ? 'aborted' : 'passed']);
    }
  });

  test.each([
    '/owa/',
    '/owa/auth/logon.aspx?replaceCurrent=1&url=https%3a%2f%2fmail.example%2fowa%2f',
    '/owa/service.svc?action=GetConversationItems&UA=0&CorrelationID=1_1',
    '/owa/calendar/jane@mail.example/Calendar/calendar.html',
    '/ecp/?rfr=owa',
    '/ecp/DDI/DDIService.svc/GetList?schema=MailboxFolder',
    '/EWS/Exchange.asmx',
    '/Microsoft-Server-ActiveSync/default.eas?Cmd=Ping&User=jane&DeviceId=AB12&DeviceType=iPad',
    '/mapi/emsmdb/?MailboxId=6d6a2c8e-0000-4000-8000-000000000000@mail.example',
    '/mapi/nspi/?mailboxId=6d6a2c8e-0000-4000-8000-000000000000@mail.example',
    '/rpc/rpcproxy.dll?mail.example:6001',
    '/OAB/6d6a2c8e-0000-4000-8000-000000000000/oab.xml',
    '/autodiscover/autodiscover.xml',
    '/autodiscover/autodiscover.json?Email=jane%40mail.example&Protocol=AutodiscoverV1&RedirectCount=1',
    '/PowerShell/?serializationLevel=Full;clientApplication=ManagementShell',
    '/',
  ])('none of them touches %s', (url) => {
    for (const [name, level] of Object.entries(versions)) {
      expect([name, fate(level, get(url))]).toEqual([name, 'passed']);
    }
  });

  test('the rule of the site root guards the applications below', () => {
    const level = {...versions['M1 of 7 October 2022'], configPath: `${site}/Autodiscover`};
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
