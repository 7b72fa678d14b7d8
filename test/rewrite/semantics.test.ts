import {describe, expect, test} from 'vitest';
import {unreachable} from '../../src/kit/unreachable.ts';
import {type TracedRequest, tracer} from '../../src/operations/trace.ts';
import type {Trace} from '../../src/rewrite/trace.ts';
import {configurationOf, smallServer, type WebConfigs} from '../support/application-host.ts';

/*
 * How URL Rewrite works, statement by statement, from the files of a server to the answer. The numbers are those of the
 * documentation's order: global rules, distributed rules, inheritance, one rule, syntaxes, back references, conditions,
 * variables, what IIS refuses, what runs before.
 */

interface Row {
  readonly says: string;
  /** Rules of the server, in applicationHost.config. */
  readonly global?: string;
  /** What else stands in applicationHost.config. */
  readonly body?: string;
  readonly webs?: WebConfigs;
  readonly ask: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: string;
}

const rewrite = (sections: string): string => `<system.webServer><rewrite>${sections}</rewrite></system.webServer>`;
const rules = (text: string): string => rewrite(`<rules>${text}</rules>`);

/** A rule that answers with a redirect to what it has to show. */
const show = (match: string, what: string, {attributes = '', conditions = ''} = {}): string =>
  `<rule name="show" ${attributes}><match ${match} />${conditions}<action type="Redirect" url="/[${what}]" appendQueryString="false" /></rule>`;
const abort = (match: string, name = 'abort', attributes = ''): string =>
  `<rule name="${name}" ${attributes}><match url="${match}" /><action type="AbortRequest" /></rule>`;
const turn = (match: string, to: string, attributes = ''): string =>
  `<rule name="turn" ${attributes}><match url="${match}" /><action type="Rewrite" url="${to}" /></rule>`;
const when = (grouping: string, ...conditions: readonly string[]): {readonly conditions: string} => ({
  conditions: `<conditions ${grouping}>${conditions.map((one) => `<add ${one} />`).join('')}</conditions>`,
});

const statements: Readonly<Record<number, readonly Row[]>> = {
  1: [
    {
      says: 'global rules run before any other, on the path from the root of the server',
      global: show('url="^app/x$"', 'global {R:0}'),
      webs: {root: rules(abort('.*')), app: rules(abort('.*', 'own'))},
      ask: '/app/x?y=1',
      answer: '301 /[global app/x]',
    },
    {
      says: 'nothing below can take a global rule away',
      global: abort('^app/'),
      webs: {app: rules('<clear /><remove name="abort" />')},
      ask: '/app/x',
      answer: 'aborted',
    },
  ],
  2: [
    {
      says: 'a rule of an application sees the path below it, decoded, without slash and query',
      webs: {app: rules(show('url="^logon page\\.aspx$"', '{R:0}'))},
      ask: '/app/logon%20page.aspx?x=1',
      answer: '301 /[logon page.aspx]',
    },
    {
      says: 'the same rule in the root sees the whole path',
      webs: {root: rules(show('url="^app/logon\\.aspx$"', '{R:0}'))},
      ask: '/app/logon.aspx',
      answer: '301 /[app/logon.aspx]',
    },
    {
      says: 'a location is a level of its own',
      body: `<location path="Site/app">${rules(show('url="^x$"', '{R:0}'))}</location>`,
      ask: '/app/x',
      answer: '301 /[x]',
    },
    {
      says: 'dot segments and back slashes are gone before a rule sees the path',
      webs: {root: rules(show('url="^a/c$"', '{R:0}'))},
      ask: '/x/../a\\.\\c',
      answer: '301 /[a/c]',
    },
  ],
  3: [
    {
      says: 'rules of the parent come first',
      webs: {root: rules(show('url=".*"', 'parent')), app: rules(abort('.*'))},
      ask: '/app/x',
      answer: '301 /[parent]',
    },
    {
      says: '<clear /> drops what is inherited, for the child alone',
      webs: {root: rules(abort('.*')), app: rules('<clear />')},
      ask: '/app/x',
      answer: 'passed /app/x',
    },
    {
      says: '<remove> drops one rule by its name',
      webs: {root: rules(abort('.*') + show('url=".*"', 'kept')), app: rules('<remove name="abort" />')},
      ask: '/app/x',
      answer: '301 /[kept]',
    },
    {
      says: 'the parent keeps what its child has dropped',
      webs: {root: rules(abort('.*')), app: rules('<clear />')},
      ask: '/x',
      answer: 'aborted',
    },
    {
      says: 'a location that is not inherited ends at the application',
      body: `<location path="Site" inheritInChildApplications="false">${rules(abort('.*'))}</location>`,
      ask: '/app/x',
      answer: 'passed /app/x',
    },
  ],
  4: [
    {
      says: 'a rule fires where the pattern matches, or where it does not and is negated',
      webs: {root: rules(show('url="^a" negate="true"', 'not a'))},
      ask: '/b',
      answer: '301 /[not a]',
    },
    {
      says: 'a rewrite changes the URL for the rules behind it',
      webs: {root: rules(turn('^a$', '/b') + abort('^b$'))},
      ask: '/a',
      answer: 'aborted',
    },
    {
      says: 'stopProcessing ends it after a rewrite',
      webs: {root: rules(turn('^a$', '/b', 'stopProcessing="true"') + abort('^b$'))},
      ask: '/a?x=1',
      answer: 'passed /b?x=1',
    },
    {
      says: 'stopProcessing of a rule that did not match counts nothing',
      webs: {root: rules(turn('^x$', '/b', 'stopProcessing="true"') + abort('^a$'))},
      ask: '/a',
      answer: 'aborted',
    },
    {
      says: 'an answer ends it without stopProcessing',
      webs: {root: rules(show('url=".*"', 'first') + abort('.*'))},
      ask: '/a',
      answer: '301 /[first]',
    },
    {
      says: 'a custom response has its status',
      webs: {
        root: rules(
          '<rule name="r"><match url=".*" /><action type="CustomResponse" statusCode="403" subStatusCode="7" /></rule>',
        ),
      },
      ask: '/a',
      answer: '403.7',
    },
  ],
  5: [
    {
      says: 'ECMAScript searches anywhere, whatever the case',
      webs: {root: rules(abort('B/C'))},
      ask: '/a/b/c/d',
      answer: 'aborted',
    },
    {
      says: 'Wildcard covers all of the text; * captures and ? does not',
      webs: {root: rules(show('url="a?/*/c"', '{R:1}|{R:2}', {attributes: 'patternSyntax="Wildcard"'}))},
      ask: '/ax/b/c',
      answer: '301 /[b|]',
    },
    {
      says: 'ExactMatch covers all of the text, sign by sign',
      webs: {root: rules(show('url="a.c"', '{R:0}', {attributes: 'patternSyntax="ExactMatch"'}))},
      ask: '/abc',
      answer: 'passed /abc',
    },
  ],
  6: [
    {
      says: '{R:0} is the whole match, {R:n} its groups',
      webs: {root: rules(show('url="^a(b)(c)$"', '{R:0}{R:1}{R:2}{R:3}'))},
      ask: '/abc',
      answer: '301 /[abcbc]',
    },
    {
      says: '{C:n} are of the last condition that matched',
      webs: {
        root: rules(
          show(
            'url=".*"',
            '{C:1}',
            when('', 'input="{HTTP_HOST}" pattern="(mail)"', 'input="{QUERY_STRING}" pattern="x=(.)"'),
          ),
        ),
      },
      ask: '/a?x=1',
      answer: '301 /[1]',
    },
    {
      says: 'a negated condition captures nothing',
      webs: {
        root: rules(
          show(
            'url=".*"',
            '{C:1}',
            when('', 'input="{HTTP_HOST}" pattern="(mail)"', 'input="{URL}" pattern="(z)" negate="true"'),
          ),
        ),
      },
      ask: '/a',
      answer: '301 /[mail]',
    },
    {
      says: 'with trackAllCaptures the numbers go on over all conditions',
      webs: {
        root: rules(
          show(
            'url=".*"',
            '{C:1}',
            when(
              'trackAllCaptures="true"',
              'input="{HTTP_HOST}" pattern="(mail)"',
              'input="{QUERY_STRING}" pattern="x=(.)"',
            ),
          ),
        ),
      },
      ask: '/a?x=1',
      answer: '301 /[mail]',
    },
    {
      says: 'a condition may use {R:n}, and {C:n} of the one before it',
      webs: {
        root: rules(
          show('url="^(.)(.)$"', 'yes', when('', 'input="{R:2}" pattern="^(b)$"', 'input="{C:1}{R:1}" pattern="^ba$"')),
        ),
      },
      ask: '/ab',
      answer: '301 /[yes]',
    },
  ],
  7: [
    {
      says: 'MatchAll wants every condition',
      webs: {
        root: rules(show('url=".*"', 'yes', when('', 'input="{URL}" pattern="a"', 'input="{URL}" pattern="b"'))),
      },
      ask: '/a',
      answer: 'passed /a',
    },
    {
      says: 'MatchAny wants one',
      webs: {
        root: rules(
          show(
            'url=".*"',
            'yes',
            when('logicalGrouping="MatchAny"', 'input="{URL}" pattern="b"', 'input="{URL}" pattern="a"'),
          ),
        ),
      },
      ask: '/a',
      answer: '301 /[yes]',
    },
    {
      says: 'whether a file is there is not known from the configuration',
      webs: {
        root: rules(show('url=".*"', 'yes', when('', 'input="{REQUEST_FILENAME}" matchType="IsFile"'))),
      },
      ask: '/a',
      answer: 'passed /a, not known for certain',
    },
  ],
  8: [
    {
      says: '{REQUEST_URI} and {UNENCODED_URL} are as sent, {URL} is decoded, {QUERY_STRING} has no question mark',
      webs: {
        root: rules(
          show(
            'url=".*"',
            'yes',
            when(
              '',
              'input="{REQUEST_URI}" pattern="^/a%20b\\?c=%64$"',
              'input="{UNENCODED_URL}" pattern="^/a%20b\\?c=%64$"',
              'input="{URL}" pattern="^/a b$"',
              'input="{QUERY_STRING}" pattern="^c=%64$"',
            ),
          ),
        ),
      },
      ask: '/a%20b?c=%64',
      answer: '301 /[yes]',
    },
    {
      says: 'a header is {HTTP_...} with underscores',
      webs: {root: rules(show('url=".*"', '{HTTP_X_FORWARDED_FOR}'))},
      ask: '/a',
      headers: {'X-Forwarded-For': '10.0.0.1'},
      answer: '301 /[10.0.0.1]',
    },
    {
      says: '{UrlDecode:{REQUEST_URI}} decodes once',
      webs: {
        root: rules(show('url=".*"', 'yes', when('', 'input="{UrlDecode:{REQUEST_URI}}" pattern="^/\\?x=%2541$"'))),
      },
      ask: '/?x=%252541',
      answer: '301 /[yes]',
    },
    {
      says: 'functions work on what is inside of them',
      webs: {
        root: rules(show('url=".*"', '{ToLower:{HTTP_X}}{UrlEncode:a}')),
      },
      ask: '/',
      headers: {X: 'ABC'},
      answer: '301 /[abca]',
    },
    {
      says: 'a map gives its value, else its default, else nothing',
      webs: {
        root: rewrite(
          `<rewriteMaps><rewriteMap name="with" defaultValue="none"><add key="a" value="1" /></rewriteMap><rewriteMap name="without" /></rewriteMaps><rules>${show('url="(.*)"', '{with:{R:1}}{with:z}{without:a}')}</rules>`,
        ),
      },
      ask: '/A',
      answer: '301 /[1none]',
    },
  ],
  9: [
    {
      says: 'a rule may set a server variable that is allowed',
      body: rewrite('<allowedServerVariables><add name="HTTP_X_NEW" /></allowedServerVariables>'),
      webs: {
        root: rules(
          `<rule name="set"><match url=".*" /><serverVariables><set name="HTTP_X_NEW" value="v" /></serverVariables><action type="None" /></rule>${show('url=".*"', '{HTTP_X_NEW}')}`,
        ),
      },
      ask: '/a',
      answer: '301 /[v]',
    },
    {
      says: 'one that is not allowed is answered 500',
      webs: {
        root: rules(
          '<rule name="set"><match url=".*" /><serverVariables><set name="HTTP_X_NEW" value="v" /></serverVariables><action type="None" /></rule>',
        ),
      },
      ask: '/a',
      answer: '500',
    },
    {
      says: 'a pattern that is not valid is answered 500 for the whole level',
      webs: {root: rules(`${abort('^never$')}<rule name="bad"><match url="*" /></rule>`)},
      ask: '/a',
      answer: '500',
    },
    {
      says: 'two rules of one name along the way are answered 500.19',
      webs: {root: rules(abort('^x$')), app: rules(abort('^y$'))},
      ask: '/app/z',
      answer: '500.19',
    },
  ],
  10: [
    {
      says: 'request filtering runs before: what it may refuse is not certain',
      ask: '/a%252e',
      answer: 'passed /a%252e, not known for certain',
    },
    {
      says: '308 is no status of a redirect, and no other status takes its place',
      webs: {
        root: rules(
          '<rule name="r"><match url=".*" /><action type="Redirect" url="/b" redirectType="PermanentRedirect" /></rule>',
        ),
      },
      ask: '/a',
      answer: '500.19',
    },
  ],
};

const answerText = ({answer}: Trace): string => {
  switch (answer.kind) {
    case 'passed':
      return `passed ${answer.url}`;
    case 'aborted':
      return 'aborted';
    case 'redirected':
      return `${answer.status} ${answer.location}`;
    case 'custom-response':
      return `${answer.status}.${answer.subStatus}`;
    case 'error':
      return answer.subStatus === undefined ? '500' : `500.${answer.subStatus}`;
    default:
      return unreachable(answer);
  }
};

const short = ({now: {unreadable, inbound}}: TracedRequest): string => {
  if (unreadable.length > 0) return '500.19';
  return `${answerText(inbound)}${inbound.certain ? '' : ', not known for certain'}`;
};

for (const [number, table] of Object.entries(statements)) {
  describe(`statement ${number}`, () => {
    test.each(table.map((row) => [row.says, row] as const))('%s', async (_, {global, body = '', webs, ask, ...row}) => {
      const all = global === undefined ? '' : rewrite(`<globalRules>${global}</globalRules>`);
      const configuration = await configurationOf(smallServer({body: `${all}${body}`}, webs));
      const headers = {Host: 'mail.example', ...row.headers};
      const traced = await tracer('Site', configuration, undefined).trace({
        method: 'GET',
        url: ask,
        headers,
        response: undefined,
      });
      expect(short(traced)).toBe(row.answer);
    });
  });
}

test('no statement is without rows', () => {
  expect(Object.entries(statements).map(([number, {length}]) => [number, length > 0])).toEqual(
    Array.from({length: 10}, (_, index) => [String(index + 1), true]),
  );
});
