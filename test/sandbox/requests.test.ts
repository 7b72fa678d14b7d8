import {describe, expect, test} from 'vitest';
import {addM1, addM2, applicationHost, type Lab, makeLab, owaConfig, rules, siteConfig} from './lab.ts';

const attack = '/autodiscover/autodiscover.json?@a.b/%70owershell/?X=1';
const site = 'Default Web Site';

const config = (rewrite: string): string =>
  `<configuration>\n<system.webServer>\n<rewrite>\n${rewrite}\n</rewrite>\n</system.webServer>\n</configuration>`;
const inbound = (...inner: readonly string[]): string => config(`<rules>${inner.join('\n')}</rules>`);
const rule = (name: string, match: string, rest: string): string =>
  `<rule name="${name}"><match ${match} />${rest}</rule>`;
const abort = '<action type="AbortRequest" />';

const answer = async (
  text: string,
  url: string,
  headers: Record<string, string> = {},
): Promise<Lab['request'] extends (...args: never[]) => infer R ? R : never> => {
  const lab = await makeLab();
  lab.write(siteConfig, text);
  return lab.request(url, {headers});
};

describe('the owa case', () => {
  test('a rule in the shared web.config of owa takes the applications down that read it twice', async () => {
    const lab = await makeLab();
    expect((await lab.appcmd(...addM2())).exitCode).toBe(0);
    expect(lab.request('/owa/')).toMatchObject({
      status: 200,
      headers: {'Content-Security-Policy': "script-src 'self'; script-src-attr 'none'"},
    });
    const line = lab.read(owaConfig).slice(0, lab.read(owaConfig).indexOf('<rule name="R"')).split('\n').length;
    expect(lab.request('/owa/Calendar/')).toMatchObject({
      status: 500,
      subStatus: 19,
      error: {
        file: owaConfig,
        line,
        text: expect.stringContaining(
          "Error: Cannot add duplicate collection entry of type 'rule' with unique key attribute 'name' set to 'R'",
        ),
      },
    });
    expect(await lab.server.prober.get(site, '/owa/Integrated/')).toMatchObject({status: 500, subStatus: 19});
  });

  test('in applicationHost.config the same rule reaches all of them', async () => {
    const lab = await makeLab();
    await lab.appcmd(...addM2('/commit:apphost'));
    for (const path of ['/owa/', '/owa/Calendar/', '/owa/auth/logon.aspx']) {
      expect(lab.request(path).headers['Content-Security-Policy']).toBe("script-src 'self'; script-src-attr 'none'");
    }
    expect(lab.request('/ecp/').headers['Content-Security-Policy']).toBe("script-src 'self'");
    expect(lab.request('/owa/script.js').headers['Content-Security-Policy']).toBeUndefined();
  });
});

test('M1 drops the attack in every application of the site, and nothing else', async () => {
  const lab = await makeLab();
  expect(lab.request(attack).status).toBe(200);
  await lab.appcmd(...addM1());
  expect(lab.request(attack)).toMatchObject({status: 'reset', trace: [expect.stringContaining('stopgap M1.1')]});
  expect(lab.request('/powershell?x=autodiscover').status).toBe('reset');
  expect(lab.request('/autodiscover/autodiscover.xml').status).toBe(200);
  expect(lab.request(attack, {site: 'Exchange Back End'}).status).toBe(200);
});

describe('what answers', () => {
  test('503 while the pool of the application is stopped', async () => {
    const lab = await makeLab();
    await lab.appcmd('stop', 'apppool', 'MSExchangeECPAppPool');
    expect(lab.request('/ecp/x').status).toBe(503);
    expect(lab.request('/ecp', {site: 'Exchange Back End'}).status).toBe(503);
    expect(lab.request('/owa').status).toBe(200);
  });

  test('500.19 for a malformed file, below it too and not beside it', async () => {
    const lab = await makeLab();
    lab.write(owaConfig, '<configuration>\n<a>\n</configuration>');
    expect(lab.request('/owa/Calendar')).toMatchObject({
      subStatus: 19,
      error: {line: 3, text: expect.stringContaining('not well-formed XML')},
    });
    expect(lab.request('/ecp').status).toBe(200);
    expect((await lab.appcmd('set', 'config', `${site}/owa`, rules, "/+[name='A']")).exitCode).not.toBe(0);
  });

  test('500.19 where URL Rewrite is not installed', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, inbound(rule('A', 'url="x"', abort)));
    lab.write(
      applicationHost,
      lab.read(applicationHost).replace(/<sectionGroup name="rewrite">[\s\S]*?<\/sectionGroup>/, ''),
    );
    expect(lab.request('/')).toMatchObject({
      subStatus: 19,
      error: {text: expect.stringContaining('missing a section declaration')},
    });
  });

  test('500.19 for a locked section and for an attribute that nobody knows', async () => {
    const locked = config('<allowedServerVariables><add name="X" /></allowedServerVariables>');
    expect((await answer(locked, '/')).error?.text).toContain('locked at a parent level');
    expect((await answer(inbound('<rule name="A" color="red" />'), '/')).error?.text).toContain(
      "Unrecognized attribute 'color'",
    );
    expect((await answer(inbound('<rule />'), '/')).error?.text).toContain("Missing required attribute 'name'");
  });

  test('500.19 for a section that stands twice for one level', async () => {
    const twice = `<configuration>${'<system.webServer><rewrite><rules /></rewrite></system.webServer>'.repeat(2)}</configuration>`;
    expect((await answer(twice, '/')).error?.text).toContain(
      "There is a duplicate 'system.webServer/rewrite/rules' section",
    );
  });

  test('nothing while the web service is stopped', async () => {
    const lab = await makeLab();
    await lab.sc('stop', 'W3SVC');
    await lab.server.clock.sleep(20_000);
    expect(lab.request('/').status).toBe('reset');
  });
});

describe('inbound rules', () => {
  test('see the path below their own level, decoded and without the query', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, inbound(rule('A', 'url="^owa/a b$"', abort)));
    expect(lab.request('/owa/a%20b?q').status).toBe('reset');
    lab.write(siteConfig, '<configuration />');
    lab.write(
      'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\ecp\\web.config',
      inbound(rule('A', 'url="^a$"', abort)),
    );
    expect(lab.request('/ecp/a').status).toBe('reset');
    expect(lab.request('/a').status).toBe(200);
  });

  test('of a location that is not inherited end at the application', async () => {
    const text = `<configuration><location inheritInChildApplications="false">${inbound(rule('A', 'url="x"', abort)).replace(/<\/?configuration>/g, '')}</location></configuration>`;
    expect((await answer(text, '/x')).status).toBe('reset');
    expect((await answer(text, '/owa/x')).status).toBe(200);
  });

  test('match by wildcard and word for word, with or without regard to case', async () => {
    const lab = await makeLab();
    const withSyntax = (syntax: string, match: string): string =>
      inbound(`<rule name="A" patternSyntax="${syntax}"><match ${match} />${abort}</rule>`);
    lab.write(siteConfig, withSyntax('Wildcard', 'url="a*.b"'));
    expect([lab.request('/AxX.b').status, lab.request('/xa1.b').status]).toEqual(['reset', 200]);
    lab.write(siteConfig, withSyntax('ExactMatch', 'url="a.b" ignoreCase="false"'));
    expect([lab.request('/a.b').status, lab.request('/A.b').status, lab.request('/axb').status]).toEqual([
      'reset',
      200,
      200,
    ]);
    lab.write(siteConfig, withSyntax('ECMAScript', 'url="^a$" negate="true"'));
    expect([lab.request('/a').status, lab.request('/b').status]).toEqual([200, 'reset']);
  });

  test('need all conditions or any', async () => {
    const conditions = (grouping: string): string =>
      inbound(
        `<rule name="A"><match url=".*" /><conditions logicalGrouping="${grouping}"><add input="{HTTP_X_ONE}" pattern="1" /><add input="{QUERY_STRING}" pattern="^no$" negate="true" /></conditions>${abort}</rule>`,
      );
    expect((await answer(conditions('MatchAll'), '/?yes', {'X-One': '1'})).status).toBe('reset');
    expect((await answer(conditions('MatchAll'), '/?no', {'X-One': '1'})).status).toBe(200);
    expect((await answer(conditions('MatchAny'), '/?no', {'X-One': '1'})).status).toBe('reset');
    expect((await answer(conditions('MatchAny'), '/?no')).status).toBe(200);
  });

  test('redirect, answer and rewrite, with what they captured', async () => {
    const redirect = inbound(
      rule('A', 'url="^old/(.*)"', '<action type="Redirect" url="/new/{R:1}" redirectType="Found" />'),
    );
    expect(await answer(redirect, '/old/x?y=1')).toMatchObject({status: 302, headers: {Location: '/new/x?y=1'}});
    const custom = inbound(
      rule('A', 'url="^old"', '<action type="CustomResponse" statusCode="403" subStatusCode="7" />'),
    );
    expect(await answer(custom, '/old')).toMatchObject({status: 403, subStatus: 7});
    const rewritten = inbound(
      rule('A', 'url="^a$"', '<action type="Rewrite" url="/b.js" />'),
      rule('B', 'url="^b\\.js$"', '<action type="Rewrite" url="c.css" />'),
    );
    expect((await answer(rewritten, '/a')).headers['Content-Type']).toBe('text/css');
  });

  test('end with the one that says so, and only if it matched', async () => {
    const two = (url: string): string =>
      inbound(`<rule name="A" stopProcessing="true"><match url="${url}" /></rule>`, rule('B', 'url=".*"', abort));
    expect((await answer(two('^a$'), '/a')).status).toBe(200);
    expect((await answer(two('^a$'), '/b')).status).toBe('reset');
  });

  test('that are disabled do nothing', async () => {
    expect(
      (await answer(inbound(`<rule name="A" enabled="false"><match url=".*" />${abort}</rule>`), '/')).status,
    ).toBe(200);
  });

  test('with a pattern that cannot be compiled answer 500', async () => {
    expect((await answer(inbound(rule('A', 'url="*"', abort)), '/')).status).toBe(500);
  });

  test('may not set a server variable that is not on the list', async () => {
    const set = '<serverVariables><set name="HTTP_X" value="1" /></serverVariables><action type="None" />';
    expect((await answer(inbound(rule('A', 'url=".*"', set)), '/')).status).toBe(500);
  });

  test('functions and maps work on what they are given', async () => {
    const maps =
      '<rewriteMaps><rewriteMap name="M" defaultValue="d"><add key="a" value="one" /></rewriteMap></rewriteMaps>';
    const text = config(
      `${maps}<rules>${rule('A', 'url="^(.*)$"', '<action type="Redirect" appendQueryString="false" url="/{M:{ToLower:{R:1}}}/{UrlEncode:a b}/{UrlDecode:%2541}" />')}</rules>`,
    );
    expect((await answer(text, '/A')).headers['Location']).toBe('/one/a%20b/%41');
    expect((await answer(text, '/z')).headers['Location']).toBe('/d/a%20b/%41');
  });

  test('global ones come first and see the whole path', async () => {
    const lab = await makeLab();
    const section = '/section:system.webServer/rewrite/globalRules';
    await lab.appcmd(
      'set',
      'config',
      section,
      "/+[name='G']",
      "/[name='G'].match.url:^owa/secret",
      "/[name='G'].action.type:AbortRequest",
    );
    expect(lab.request('/owa/secret').status).toBe('reset');
    expect(lab.request('/owa/public').status).toBe(200);
  });
});
