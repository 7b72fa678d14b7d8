import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openDisk} from '../../src/server/sandbox/disk.ts';
import {addM1, addM2, applicationHost, makeLab, outboundRules, owaConfig, rules, siteConfig} from './lab.ts';

const site = 'Default Web Site';
const empty = '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n</configuration>\r\n';

const written = async (text: string, ...argv: readonly string[]): Promise<string> => {
  const lab = await makeLab();
  lab.write(siteConfig, text);
  expect(await lab.appcmd(...argv)).toMatchObject({exitCode: 0});
  return lab.read(siteConfig);
};

test('M1 in one command gives the lines that the EM service writes, name apart', async () => {
  const text = await written(
    '<configuration>\n  <appSettings />\n</configuration>',
    ...addM1('EEMS M1.1 PowerShell - inbound'),
  );
  expect(text).toBe(`<configuration>
  <appSettings />
    <system.webServer>
        <rewrite>
            <rules>
                <rule name="EEMS M1.1 PowerShell - inbound" stopProcessing="true">
                    <match url=".*" />
                    <conditions>
                        <add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" />
                    </conditions>
                    <action type="AbortRequest" />
                </rule>
            </rules>
        </rewrite>
    </system.webServer>
</configuration>`);
});

test('a new group is written when the one that is there belongs to a location', async () => {
  const text = await written(
    '<configuration>\n  <location inheritInChildApplications="false">\n    <system.webServer />\n  </location>\n</configuration>',
    ...addM1(),
  );
  expect(text).toContain('    <system.webServer />\n  </location>\n    <system.webServer>\n        <rewrite>');
});

test('booleans become lower case and enums are spelled as the schema spells them', async () => {
  const text = await written(
    empty,
    'set',
    'config',
    site,
    rules,
    "/+[name='A',patternSyntax='wildcard',stopProcessing='True']",
  );
  expect(text).toContain('<rule name="A" patternSyntax="Wildcard" stopProcessing="true" />');
});

test('byte order mark and CRLF stay, and new lines are CRLF too', async () => {
  const text = await written('\uFEFF<configuration>\r\n\t<appSettings />\r\n</configuration>', ...addM1());
  expect(text.startsWith('\uFEFF<configuration>\r\n\t<appSettings />\r\n    <system.webServer>')).toBe(true);
  expect(text.split('\n').every((line, index, all) => index === all.length - 1 || line.endsWith('\r'))).toBe(true);
});

test('a file that was missing is begun, a folder is not', async () => {
  const lab = await makeLab();
  expect((await lab.appcmd('set', 'config', `${site}/sub`, rules, "/+[name='A']")).exitCode).not.toBe(0);
  openDisk(lab.dir).makeFolder('C:\\inetpub\\wwwroot\\sub');
  expect((await lab.appcmd('set', 'config', `${site}/sub`, rules, "/+[name='A']")).exitCode).toBe(0);
  expect(lab.read('C:\\inetpub\\wwwroot\\sub\\web.config')).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n    <system.webServer>\r\n        <rewrite>\r\n            <rules>\r\n                <rule name="A" />\r\n            </rules>\r\n        </rewrite>\r\n    </system.webServer>\r\n</configuration>\r\n',
  );
});

test('an attribute is appended behind the others and replaced where it stands', async () => {
  const lab = await makeLab();
  await lab.appcmd('set', 'apppool', 'MSExchangeECPAppPool', '/autoStart:False');
  expect(lab.read(applicationHost)).toMatch(/<add name="MSExchangeECPAppPool"[^>]* autoStart="false">/);
  await lab.appcmd('set', 'apppool', 'MSExchangeECPAppPool', '/autoStart:true');
  expect(lab.read(applicationHost)).toMatch(/<add name="MSExchangeECPAppPool"[^>]* autoStart="true">/);
});

test('a comment between items stays where it is', async () => {
  const text =
    '<configuration>\n    <system.webServer>\n        <rewrite>\n            <rules><!-- mine -->\n            </rules>\n        </rewrite>\n    </system.webServer>\n</configuration>';
  const result = await written(text, 'set', 'config', site, rules, "/+[name='A']");
  expect(result).toContain('<rules><!-- mine -->\n                <rule name="A" />\n            </rules>');
});

test('@start and @N put an item before others', async () => {
  const lab = await makeLab();
  lab.write(siteConfig, empty);
  await lab.appcmd(
    'set',
    'config',
    site,
    rules,
    "/+[name='B']",
    "/+[@start,name='A']",
    "/+[name='D']",
    "/+[@2,name='C']",
  );
  expect([...lab.read(siteConfig).matchAll(/rule name="(.)"/g)].map(([, name]) => name)).toEqual(['A', 'B', 'C', 'D']);
});

describe('commit to applicationHost.config', () => {
  test('goes into the location of that path', async () => {
    const lab = await makeLab();
    const before = lab.read(owaConfig);
    const locations = lab.read(applicationHost).split('<location path="Default Web Site/owa"').length;
    expect((await lab.appcmd(...addM2('/commit:apphost'))).exitCode).toBe(0);
    expect(lab.read(owaConfig)).toBe(before);
    expect(lab.read(applicationHost).split('<location path="Default Web Site/owa"').length).toBe(locations);
    expect(lab.read(applicationHost)).toContain('serverVariable="RESPONSE_Content_Security_Policy"');
  });

  test('makes a location at the end where there is none, and takes it away with the last rule', async () => {
    const lab = await makeLab();
    const before = lab.bytes(applicationHost);
    const at = [`${site}/made/up`, rules];
    await lab.appcmd('set', 'config', ...at, "/+[name='A']", '/commit:apphost');
    expect(lab.read(applicationHost)).toMatch(
      /\r?\n {4}<location path="Default Web Site\/made\/up">\r?\n {8}<system\.webServer>[\s\S]*<\/location>\r?\n<\/configuration>/,
    );
    await lab.appcmd('set', 'config', ...at, "/-[name='A']", '/commit:apphost');
    expect(lab.bytes(applicationHost)).toEqual(before);
  });

  test('leaves locations alone that say something about inheritance', async () => {
    const lab = await makeLab();
    lab.write(
      siteConfig,
      '<configuration>\n  <location path="owa" inheritInChildApplications="false" />\n</configuration>',
    );
    await lab.appcmd('set', 'config', `${site}/owa`, rules, "/+[name='A']", '/commit:site');
    expect(lab.read(siteConfig)).toMatch(/inheritInChildApplications="false" \/>\n {4}<location path="owa">/);
  });
});

describe('what was added and removed leaves the same bytes', () => {
  const folder = join(import.meta.dirname, '../../fixtures/iis/web-config/passing');
  // Parents that stood there empty are gone with the last rule: what the real program does is not known.
  const emptyBefore = new Set(['empty-element-in-two-tags.config', 'empty-rewrite-left-behind.config']);
  const files = readdirSync(folder).filter((name) => !emptyBefore.has(name));

  test.each(files)('%s', async (name) => {
    const lab = await makeLab();
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    lab.write(siteConfig, bytes);
    expect(await lab.appcmd(...addM1())).toMatchObject({exitCode: 0});
    expect(lab.bytes(siteConfig)).not.toEqual(bytes);
    await lab.appcmd('set', 'config', site, rules, "/-[name='stopgap M1.1 PowerShell - inbound']");
    expect(lab.bytes(siteConfig)).toEqual(bytes);
  });

  test('an outbound rule and its precondition', async () => {
    const lab = await makeLab();
    const before = lab.bytes(owaConfig);
    await lab.appcmd(...addM2());
    await lab.appcmd('set', 'config', `${site}/owa`, outboundRules, "/-[name='R']", "/-preConditions.[name='P']");
    expect(lab.bytes(owaConfig)).toEqual(before);
  });
});

describe('behaviour that is not known can be switched', () => {
  test('empty parents stay', async () => {
    const lab = await makeLab();
    lab.describe(({behaviour}) => ({behaviour: {...behaviour, emptyParents: 'leave'}}));
    lab.write(siteConfig, empty);
    await lab.appcmd(...addM1());
    await lab.appcmd('set', 'config', site, rules, "/-[name='stopgap M1.1 PowerShell - inbound']");
    expect(lab.read(siteConfig)).toMatch(/<rules>\s*<\/rules>\s*<\/rewrite>/);
  });

  test('every tag of the file is written anew', async () => {
    const lab = await makeLab();
    lab.describe(({behaviour}) => ({behaviour: {...behaviour, reserialise: true}}));
    lab.write(siteConfig, "<configuration>\n  <a href='x'/>\n</configuration>");
    await lab.appcmd('set', 'config', site, rules, "/+[name='A']");
    expect(lab.read(siteConfig)).toContain('<a href="x" />');
  });

  test('an element that the same command added is not found', async () => {
    const lab = await makeLab();
    lab.describe(({behaviour}) => ({behaviour: {...behaviour, editsSeeEarlierAdds: false}}));
    lab.write(siteConfig, empty);
    expect((await lab.appcmd(...addM1())).exitCode).toBe(4312);
    expect(lab.read(siteConfig)).toBe(empty);
  });

  test('%uXXXX is a character', async () => {
    const lab = await makeLab();
    lab.describe(({behaviour}) => ({behaviour: {...behaviour, percentEscapes: true}}));
    lab.write(siteConfig, empty);
    await lab.appcmd('set', 'config', site, rules, "/+[name='50%u0025']");
    expect(lab.read(siteConfig)).toContain('name="50%"');
  });

  test('a list of nothing ends with 1168', async () => {
    const lab = await makeLab();
    lab.describe(({behaviour}) => ({behaviour: {...behaviour, listMissing: 1168}}));
    expect((await lab.appcmd('list', 'apppool', 'Missing')).exitCode).toBe(1168);
    expect(await lab.server.appPoolState('Missing')).toBeUndefined();
  });
});
