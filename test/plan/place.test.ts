import {describe, expect, test} from 'vitest';
import {decidePlace, type PlaceDecision, type PlaceQuestion, sharersOf} from '../../src/plan/place.ts';
import {
  applicationHost,
  configurationOf,
  type HostParts,
  lineWith,
  smallServer,
  usualSites,
  type WebConfigs,
  webConfig,
  webConfigPath,
} from '../support/application-host.ts';
import {applicationHostPath} from '../support/memory-server.ts';

const rulesSection = 'system.webServer/rewrite/rules';

const decide = async (
  question: Partial<PlaceQuestion>,
  host: HostParts = {},
  webs: WebConfigs = {},
): Promise<PlaceDecision> =>
  decidePlace(await configurationOf(smallServer(host, webs)), {
    configPath: 'Site/app',
    section: rulesSection,
    collections: [''],
    forced: undefined,
    concerns: ['X1'],
    ...question,
  });

const codes = ({findings}: PlaceDecision): readonly string[] =>
  findings.map(({code, severity}) => `${severity} ${code}`);

describe('a rule goes into the web.config of its target', () => {
  test.each([
    ['a site', 'Site', 'root'],
    ['an application', 'Site/app', 'app'],
    ['an application below an application', 'Site/app/nested', 'nested'],
    ['a virtual directory', 'Site/files', 'files'],
  ] as const)('%s', async (_, configPath, folder) => {
    const {place, findings} = await decide({configPath});
    expect(place).toMatchObject({commit: 'web.config', configPath, location: null, file: webConfigPath(folder)});
    expect(place?.why).toContain(configPath);
    expect(findings).toEqual([]);
  });

  test('a folder that is known by its web.config', async () => {
    const server = smallServer().with({files: {'C:\\web\\app\\auth\\web.config': webConfig('<a />')}});
    const {place} = await decidePlace(await configurationOf(server), {
      configPath: 'Site/app/auth',
      section: rulesSection,
      collections: [''],
      forced: undefined,
      concerns: [],
    });
    expect(place?.file).toBe('C:\\web\\app\\auth\\web.config');
  });
});

describe('a rule goes into a location of applicationHost.config', () => {
  test('when several applications read the web.config: the note names them all', async () => {
    const decision = await decide({configPath: 'Site/shared'});
    expect(decision.place).toMatchObject({commit: 'apphost', location: 'Site/shared', file: applicationHostPath});
    expect(decision.place?.why).toContain('2 applications read its web.config');
    expect(codes(decision)).toEqual(['note IIS.SHARED_PATH']);
    expect(decision.findings[0]?.message).toContain('Site/shared/again');
  });

  test('when the section is locked by default: the reason names the lock', async () => {
    const declarations = '<section name="rules" overrideModeDefault="Deny" />';
    const decision = await decide({}, {declarations});
    expect(decision.place).toMatchObject({commit: 'apphost', location: 'Site/app'});
    expect(decision.place?.why).toContain('overrideModeDefault="Deny"');
    expect(decision.findings).toEqual([]);
  });

  test('when the web.config keeps the section in a location of its own', async () => {
    const root = `<location inheritInChildApplications="false"><system.webServer><rewrite><rules /></rewrite></system.webServer></location>`;
    const decision = await decide({configPath: 'Site'}, {}, {root});
    expect(decision.place).toMatchObject({commit: 'apphost', location: 'Site'});
    expect(decision.place?.why).toContain('<location>');
  });

  test('when the plan was asked to put it there', async () => {
    const decision = await decide({forced: 'apphost'});
    expect(decision.place).toMatchObject({commit: 'apphost', location: 'Site/app'});
    expect(decision.place?.why).toContain('asked');
  });

  test('what is for the server stands in its body', async () => {
    const decision = await decide({configPath: '', section: 'system.webServer/rewrite/globalRules'});
    expect(decision.place).toMatchObject({
      commit: 'apphost',
      location: null,
      configPath: '',
      file: applicationHostPath,
    });
  });
});

describe('a rule goes nowhere', () => {
  test('forced into a web.config that others read: refused, and the place is kept so that the damage can be shown', async () => {
    const decision = await decide({configPath: 'Site/shared', forced: 'web.config'});
    expect(codes(decision)).toEqual(['refuse IIS.SHARED_PATH']);
    expect(decision.place).toMatchObject({commit: 'web.config', file: webConfigPath('shared')});
    expect(decision.findings[0]?.message).toContain('Site/shared/again');
    expect(decision.findings[0]?.acceptable).toBe(false);
  });

  test('forced into a web.config that is locked: the deciding line', async () => {
    const body =
      '<location path="Site" overrideMode="Deny">\n<system.webServer><rewrite><rules /></rewrite></system.webServer></location>';
    const decision = await decide({forced: 'web.config'}, {body});
    expect(decision.place).toBeUndefined();
    expect(decision.findings).toMatchObject([
      {
        code: 'IIS.LOCKED',
        severity: 'refuse',
        acceptable: false,
        concerns: ['X1'],
        where: {file: applicationHostPath, line: lineWith(applicationHost({body}), 'overrideMode="Deny">')},
      },
    ]);
  });

  test('AppHostOnly and a target below the server: the declaration', async () => {
    const decision = await decide({section: 'system.webServer/rewrite/globalRules'});
    expect(decision.place).toBeUndefined();
    expect(decision.findings).toMatchObject([
      {code: 'IIS.LOCKED', where: {file: applicationHostPath, line: lineWith(applicationHost(), 'name="globalRules"')}},
    ]);
    expect(decision.findings[0]?.message).toContain('AppHostOnly');
  });

  test.each([[undefined], ['web.config'], ['apphost']] as const)(
    'the section is not declared (place: %s): the module is not installed',
    async (forced) => {
      const decision = await decide({forced}, {declarations: ''});
      expect(decision.place).toBeUndefined();
      expect(codes(decision)).toEqual(['refuse IIS.SECTION_MISSING']);
      expect(decision.findings[0]?.message).toContain('not installed');
    },
  );

  test.each([
    ['no such site', 'Other'],
    ['no such application', 'Site/owa'],
    ['no such application below an application', 'Site/app/owa'],
    ['a name that only begins like one', 'Site/apps'],
  ])('%s: refused, no folder is made up', async (_, configPath) => {
    const decision = await decide({configPath});
    expect(decision.place).toBeUndefined();
    expect(codes(decision)).toEqual(['refuse IIS.PATH_MISSING']);
    expect(decision.findings[0]?.message).toContain(configPath);
  });
});

describe('who shares a folder', () => {
  test('is told across sites, by physical path in any spelling', async () => {
    const sites = `${usualSites}<site name="Two" id="2"><application path="/">
      <virtualDirectory path="/" physicalPath="C:/WEB/shared" /></application></site>`;
    const {topology} = await configurationOf(smallServer({sites}));
    expect(sharersOf(topology, 'Site/shared')).toEqual(['Site/shared/again', 'Two']);
    expect(sharersOf(topology, 'site/SHARED')).toEqual(['Site/shared/again', 'Two']);
    expect(sharersOf(topology, 'Site/app')).toEqual([]);
  });
});
