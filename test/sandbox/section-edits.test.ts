import {describe, expect, test} from 'vitest';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {fc} from '../support/properties.ts';
import {addM1, makeLab, rules, siteConfig} from './lab.ts';

const site = 'Default Web Site';

const rule = (name: string): string => `<rule name="${name}"><match url="x" /></rule>`;
const withRules = (...inner: readonly string[]): string =>
  `<configuration>\n  <system.webServer>\n    <rewrite>\n      <rules>${inner.join('')}</rules>\n    </rewrite>\n  </system.webServer>\n</configuration>`;

describe('all edits of a command or none', () => {
  test('a bad last edit leaves the file as it was', async () => {
    const lab = await makeLab();
    const before = lab.bytes(siteConfig);
    expect((await lab.appcmd(...addM1(), "/[name='Missing'].enabled:false")).exitCode).toBe(4312);
    expect(lab.bytes(siteConfig)).toEqual(before);
  });

  test('a value that its type does not allow is refused', async () => {
    const lab = await makeLab();
    const before = lab.bytes(siteConfig);
    const bad = [
      "/+[name='A',enabled='maybe']",
      "/+[name='A',patternSyntax='Regular Expressions']",
      "/+[enabled='true']",
    ];
    for (const edit of bad) expect((await lab.appcmd('set', 'config', site, rules, edit)).exitCode).not.toBe(0);
    await lab.appcmd('set', 'config', site, rules, "/+[name='A']");
    expect((await lab.appcmd('set', 'config', site, rules, "/[name='A'].action.statusCode:302")).exitCode).not.toBe(0);
    expect((await lab.appcmd('set', 'config', site, rules, "/[name='A'].match.url:")).exitCode).not.toBe(0);
    await lab.appcmd('set', 'config', site, rules, "/-[name='A']");
    expect(lab.bytes(siteConfig)).toEqual(before);
  });
});

describe('keys', () => {
  test('are compared without regard to case', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, withRules(rule('Alpha')));
    expect((await lab.appcmd('set', 'config', site, rules, "/+[name='ALPHA']")).exitCode).toBe(183);
  });

  test('a rule of the parent is a duplicate in the child', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, withRules(rule('Alpha')));
    expect((await lab.appcmd('set', 'config', `${site}/ecp`, rules, "/+[name='Alpha']")).exitCode).toBe(183);
  });

  test('a commit further up does not look at what lies below', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, withRules(rule('Alpha')));
    expect((await lab.appcmd('set', 'config', site, rules, "/+[name='Alpha']", '/commit:apphost')).exitCode).toBe(0);
    expect(lab.request('/')).toMatchObject({status: 500, subStatus: 19});
  });

  test('conditions of distributed rules have none: the same one may stand there twice', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, withRules(rule('Alpha')));
    const condition = "/+[name='Alpha'].conditions.[input='{URL}',pattern='a']";
    expect((await lab.appcmd('set', 'config', site, rules, condition, condition)).exitCode).toBe(0);
    expect(lab.read(siteConfig).match(/<add input="\{URL\}" pattern="a" \/>/g)).toHaveLength(2);
  });
});

describe('an inherited rule', () => {
  test('is taken out by a remove element', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, withRules(rule('Alpha')));
    expect((await lab.appcmd('set', 'config', `${site}/ecp`, rules, "/-[name='Alpha']")).exitCode).toBe(0);
    expect((await lab.appcmd('list', 'config', `${site}/ecp`, rules)).stdout).not.toContain('Alpha');
    expect((await lab.appcmd('list', 'config', site, rules)).stdout).toContain('Alpha');
  });

  test('is changed by a copy', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, withRules(rule('Alpha')));
    expect((await lab.appcmd('set', 'config', `${site}/ecp`, rules, "/[name='Alpha'].enabled:false")).exitCode).toBe(0);
    expect((await lab.appcmd('list', 'config', `${site}/ecp`, rules)).stdout).toMatch(/name="Alpha" enabled="false"/);
    expect((await lab.appcmd('list', 'config', site, rules)).stdout).not.toContain('enabled');
  });
});

describe('locks', () => {
  test('a section that is not delegated cannot be written into a web.config', async () => {
    const lab = await makeLab();
    const section = '/section:system.webServer/rewrite/allowedServerVariables';
    expect((await lab.appcmd('set', 'config', site, section, "/+[name='X']")).exitCode).not.toBe(0);
    expect((await lab.appcmd('set', 'config', site, section, "/+[name='X']", '/commit:apphost')).exitCode).toBe(0);
  });

  test('a location can lock a section for the files below', async () => {
    const lab = await makeLab();
    expect((await lab.appcmd('lock', 'config', site, rules)).exitCode).toBe(0);
    expect((await lab.appcmd(...addM1())).exitCode).not.toBe(0);
    expect((await lab.appcmd('unlock', 'config', site, rules)).exitCode).toBe(0);
    expect((await lab.appcmd(...addM1())).exitCode).toBe(0);
  });

  test('a locked item cannot be removed below', async () => {
    const lab = await makeLab();
    lab.write(siteConfig, withRules('<rule name="Alpha" lockItem="true"><match url="x" /></rule>'));
    expect((await lab.appcmd('set', 'config', `${site}/ecp`, rules, "/-[name='Alpha']")).exitCode).not.toBe(0);
  });

  test('globalRules are for the server level alone', async () => {
    const lab = await makeLab();
    const section = '/section:system.webServer/rewrite/globalRules';
    expect((await lab.appcmd('set', 'config', site, section, "/+[name='A']")).exitCode).not.toBe(0);
    expect((await lab.appcmd('set', 'config', section, "/+[name='A']")).exitCode).toBe(0);
  });
});

describe('names', () => {
  test('a short section name that fits one section is enough', async () => {
    const lab = await makeLab();
    expect(
      (await lab.appcmd('set', 'config', site, '/section:outboundRules', '/rewriteBeforeCache:true')).exitCode,
    ).toBe(0);
    expect((await lab.appcmd('set', 'config', site, '/section:nonsense', '/a:b')).exitCode).not.toBe(0);
  });

  test('-name:value is /name:value', async () => {
    const lab = await makeLab();
    const {exitCode} = await lab.appcmd(
      'set',
      'config',
      site,
      '-section:rewrite/rules',
      "-+[name='A']",
      '-commit:apphost',
    );
    expect(exitCode).toBe(0);
    expect((await lab.appcmd('list', 'config', site, rules)).stdout).toContain('name="A"');
  });

  test('a level may be named by URL or in full', async () => {
    const lab = await makeLab();
    await lab.appcmd('set', 'config', 'http://localhost/ecp', rules, "/+[name='A']");
    const full = await lab.appcmd('list', 'config', 'MACHINE/WEBROOT/APPHOST/Default Web Site/ecp', rules);
    expect(full.stdout).toContain('name="A"');
  });
});

test('clear takes the whole section of that level away', async () => {
  const lab = await makeLab();
  const before = lab.bytes(siteConfig);
  await lab.appcmd(...addM1());
  expect((await lab.appcmd('clear', 'config', site, rules)).exitCode).toBe(0);
  expect(lab.bytes(siteConfig)).toEqual(before);
});

test('/apphostconfig: edits a copy and leaves the original alone', async () => {
  const lab = await makeLab();
  const original = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
  const before = lab.bytes(original);
  lab.write('C:\\Windows\\copy.config', before);
  const {exitCode} = await lab.appcmd(...addM1(), '/commit:apphost', '/apphostconfig:C:\\Windows\\copy.config');
  expect(exitCode).toBe(0);
  expect(lab.bytes(original)).toEqual(before);
  expect(lab.read('C:\\Windows\\copy.config')).toContain('stopgap M1.1');
});

test('a character that XML does not allow fails at the commit', async () => {
  const lab = await makeLab();
  const before = lab.bytes(siteConfig);
  const result = await lab.appcmd('set', 'config', site, rules, "/+[name='a\u0001b']");
  expect(result).toMatchObject({exitCode: 0xc00cee2b, stdout: expect.stringMatching(/^Applied/)});
  expect(lab.bytes(siteConfig)).toEqual(before);
});

/** What can be said in an indexer: no apostrophe, nothing that XML does not allow, no end of line. */
const sayable = fc
  .string({unit: fc.constantFrom(...'ab ,.=[]{}()@/-+:&<>"%\\', 'é', '漢', '🙂'), minLength: 1, maxLength: 12})
  .filter((text) => text.trim() === text);

test('every value that an indexer can carry arrives, and goes without a trace', async () => {
  const lab = await makeLab();
  const before = lab.bytes(siteConfig);
  await fc.assert(
    fc.asyncProperty(sayable, sayable, async (name, pattern) => {
      const argv = [`/+[name='${name}']`, `/[name='${name}'].match.url:${pattern}'`];
      const condition = `/+[name='${name}'].conditions.[input='${pattern}',pattern='${name}']`;
      expect((await lab.appcmd('set', 'config', site, rules, ...argv, condition)).exitCode).toBe(0);
      const values: string[] = [];
      const visit = ({attributes, children}: ReturnType<typeof parseXml>['root']): void => {
        values.push(...attributes.map(({value}) => value));
        for (const child of children) visit(child);
      };
      visit(parseXml(lab.read(siteConfig).replace('\uFEFF', '')).root);
      expect(values).toEqual(expect.arrayContaining([name, `${pattern}'`, pattern]));
      await lab.appcmd('set', 'config', site, rules, `/-[name='${name}']`);
      expect(lab.bytes(siteConfig)).toEqual(before);
    }),
    {numRuns: 60},
  );
});
