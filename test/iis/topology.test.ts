import {describe, expect, test} from 'vitest';
import {webConfigAt} from '../../src/iis/configuration.ts';
import {readTopology} from '../../src/iis/read-topology.ts';
import {
  applicationAt,
  directoriesServing,
  isAtOrBelow,
  joinConfigPath,
  physicalPathOf,
  type Topology,
} from '../../src/iis/topology.ts';
import {configurationOf, type HostParts, smallServer, webConfig} from '../support/application-host.ts';
import {hasRealTree, realServer} from '../support/memory-server.ts';

const topologyOf = async (parts: HostParts = {}): Promise<Topology> =>
  (await configurationOf(smallServer(parts))).topology;

const poolOf = (topology: Topology, configPath: string): string | undefined =>
  topology.sites.flatMap((site) => site.applications).find((one) => one.configPath === configPath)?.pool;

describe('the pool of an application', () => {
  const application = '<application path="/"><virtualDirectory path="/" physicalPath="C:\\x" /></application>';
  test.each([
    ['its own attribute', '', '', application.replace('path="/"', 'path="/" applicationPool="Own"'), 'Own'],
    [
      'the defaults of its site',
      '<applicationDefaults applicationPool="OfAll" />',
      '<applicationDefaults applicationPool="OfSite" />',
      application,
      'OfSite',
    ],
    ['the defaults of all sites', '<applicationDefaults applicationPool="OfAll" />', '', application, 'OfAll'],
    ["the schema's default", '', '', application, 'DefaultAppPool'],
  ])('comes from %s', async (_, ofAll, ofSite, element, expected) => {
    const topology = await topologyOf({sites: `<site name="S" id="7">${element}${ofSite}</site>${ofAll}`});
    expect(poolOf(topology, 'S')).toBe(expected);
  });
});

describe('autoStart of a pool is told as it is written', () => {
  test.each([
    ['absent', '<add name="P" />', null],
    ['true', '<add name="P" autoStart="true" />', 'true'],
    ['true in another letter case', '<add name="P" autoStart="True" />', 'true'],
    ['false', '<add name="P" autoStart="false" />', 'false'],
  ])('%s', async (_, pools, expected) => {
    expect((await topologyOf({pools})).pools).toMatchObject([{name: 'P', autoStart: expected}]);
  });
});

describe('defaults elements', () => {
  const site = (defaults: string, ofAll = '', application = ''): string =>
    `<site name="S" id="1"><application path="/">${application}<virtualDirectory path="/" physicalPath="C:\\s" /><virtualDirectory path="/v" /></application>${defaults}</site>${ofAll}`;
  const directory = async (sites: string) =>
    (await topologyOf({sites})).sites[0]?.applications[0]?.virtualDirectories.find(({path}) => path === '/v');

  test.each([
    ['of the application', site('', '', '<virtualDirectoryDefaults physicalPath="C:\\a" />'), 'C:\\a'],
    ['of the site', site('<virtualDirectoryDefaults physicalPath="C:\\b" />'), 'C:\\b'],
    ['of all sites', site('', '<virtualDirectoryDefaults physicalPath="%SystemDrive%\\c" />'), 'C:\\c'],
    [
      'the nearest ones',
      site('<virtualDirectoryDefaults physicalPath="C:\\b" />', '<virtualDirectoryDefaults physicalPath="C:\\c" />'),
      'C:\\b',
    ],
  ])('virtualDirectoryDefaults %s give a folder where none is written', async (_, sites, folder) => {
    expect((await directory(sites))?.physicalPath).toBe(folder);
  });

  test('virtualDirectoryDefaults say whether folders below have a web.config of their own', async () => {
    expect(
      (await directory(site('', '<virtualDirectoryDefaults allowSubDirConfig="false" />')))?.allowSubDirConfig,
    ).toBe(false);
    expect((await directory(site('')))?.allowSubDirConfig).toBe(true);
  });

  test('applicationPoolDefaults say what holds where a pool says nothing of autoStart', async () => {
    const pools = '<add name="P" /><applicationPoolDefaults autoStart="false" />';
    expect((await topologyOf({pools})).pools).toMatchObject([{autoStart: null, autoStartDefault: 'false'}]);
    expect((await topologyOf({pools: '<add name="P" />'})).pools).toMatchObject([{autoStartDefault: 'true'}]);
  });

  test('without allowSubDirConfig the web.config of a folder below is not read, that of the directory is', async () => {
    const sites = site('', '<virtualDirectoryDefaults allowSubDirConfig="false" />');
    const files = {'C:\\s\\web.config': webConfig('<a />'), 'C:\\s\\sub\\web.config': webConfig('<a />')};
    const configuration = await configurationOf(smallServer({sites}).with({files}));
    expect((await webConfigAt(configuration, 'S'))?.result).toBeDefined();
    expect(await webConfigAt(configuration, 'S/sub')).toBeUndefined();
  });
});

describe('who serves a folder is found in any spelling of its path', () => {
  test.each([
    ['as it is', 'C:\\web\\owa'],
    ['with other slashes, case and a trailing one', 'c:/WEB//owa/'],
    ['with a variable for all of it', '%folder%'],
    ['with a variable for its parent', '%parent%\\owa'],
    ['with a variable for a part of a name', 'C:\\w%e%b\\owa'],
    ['by way of another folder', 'C:\\web\\owa\\x\\..'],
    ['with a reference', 'C:\\web\\o&#119;a'],
  ])('%s', async (_, written) => {
    const environment = {folder: 'C:\\web\\owa', parent: 'C:\\web', e: 'e'};
    const sites = `<site name="S" id="1"><application path="/"><virtualDirectory path="/" physicalPath="${written}" /></application></site>
      <site name="T" id="2"><application path="/"><virtualDirectory path="/" physicalPath="C:\\web\\other" /></application></site>`;
    const {applicationHost: file} = await configurationOf(smallServer({sites}));
    const topology = readTopology(file, environment);
    expect(directoriesServing(topology, ['C:\\web\\owa']).map(({configPath}) => configPath)).toEqual(['S']);
  });
});

describe('the folder of a configuration path', () => {
  test.each([
    ['a variable is expanded', 'Site', 'C:\\inetpub\\wwwroot'],
    ['an application has its own folder', 'Site/app', 'C:\\web\\app'],
    ['an application below an application does not lie in its folder', 'Site/app/nested', 'C:\\web\\nested'],
    ['a virtual directory of the root application', 'Site/files', 'D:\\files'],
    ['a folder below a virtual directory', 'Site/files/a/b', 'D:\\files\\a\\b'],
    ['a folder below the site', 'Site/aspnet_client', 'C:\\inetpub\\wwwroot\\aspnet_client'],
    ['letter case does not count', 'sITE/APP', 'C:\\web\\app'],
    ['slashes and a trailing one are normalized', 'Site/shared/again', 'c:\\web\\shared'],
    [
      'a name that only begins like an application is a folder',
      'Site/application',
      'C:\\inetpub\\wwwroot\\application',
    ],
    ['a site that is not there has none', 'Other', undefined],
  ])('%s', async (_, configPath, expected) => {
    expect(physicalPathOf(await topologyOf(), configPath)).toBe(expected);
  });

  test('an unknown variable stays as it is written, so that it is seen', async () => {
    const sites = `<site name="S" id="1"><application path="/"><virtualDirectory path="/" physicalPath="%NoSuch%\\x" /></application></site>`;
    expect(physicalPathOf(await topologyOf({sites}), 'S')).toBe('%NoSuch%\\x');
  });

  test('the longest virtual directory wins, whatever their order', async () => {
    const sites = `<site name="S" id="1"><application path="/">
      <virtualDirectory path="/a/b" physicalPath="C:\\deep" /><virtualDirectory path="/" physicalPath="C:\\root" />
      <virtualDirectory path="/a" physicalPath="C:\\shallow" /></application></site>`;
    const topology = await topologyOf({sites});
    expect(physicalPathOf(topology, 'S/a/b/c')).toBe('C:\\deep\\c');
    expect(physicalPathOf(topology, 'S/a/c')).toBe('C:\\shallow\\c');
  });
});

describe('the application of a configuration path', () => {
  test.each([
    ['Site', 'Site'],
    ['Site/files/x', 'Site'],
    ['Site/app/images', 'Site/app'],
    ['Site/app/nested/images', 'Site/app/nested'],
    ['site/APP/nested', 'Site/app/nested'],
  ])('%s belongs to %s', async (configPath, expected) => {
    expect(applicationAt(await topologyOf(), configPath)?.configPath).toBe(expected);
  });
});

test.each([
  ['Site/owa', 'Site', true],
  ['Site', 'Site', true],
  ['site/OWA', 'Site/owa', true],
  ['Site/owasp', 'Site/owa', false],
  ['Site', 'Site/owa', false],
  ['Site', '', true],
])('%s at or below "%s": %s', (path, ancestor, expected) => {
  expect(isAtOrBelow(path, ancestor)).toBe(expected);
});

test('configuration paths are joined without empty parts', () => {
  expect(joinConfigPath('Site', '/owa/', '/')).toBe('Site/owa');
  expect(joinConfigPath('Site', '/')).toBe('Site');
});

test('bindings are read for a person to recognise the site by', async () => {
  const sites =
    '<site name="S" id="1"><bindings><binding protocol="https" bindingInformation="*:444:" /></bindings></site>';
  expect((await topologyOf({sites})).sites[0]?.bindings).toEqual([{protocol: 'https', bindingInformation: '*:444:'}]);
});

test.skipIf(!hasRealTree)(
  'the real server: four applications of one folder, and a pool that both sites use',
  async () => {
    const {topology} = await configurationOf(realServer());
    const applications = topology.sites.flatMap((site) => site.applications);
    expect(topology.sites.map(({name}) => name)).toEqual(['Default Web Site', 'Exchange Back End']);
    const owa = physicalPathOf(topology, 'Default Web Site/owa');
    expect(applications.filter((one) => one.virtualDirectories[0]?.physicalPath === owa).map(({path}) => path)).toEqual(
      ['/owa', '/owa/Calendar', '/owa/Integrated', '/owa/oma'],
    );
    expect(applications.filter(({pool}) => pool === 'MSExchangeECPAppPool').map(({configPath}) => configPath)).toEqual([
      'Default Web Site/ecp',
      'Exchange Back End/ecp',
    ]);
    expect(physicalPathOf(topology, 'Default Web Site')).toBe('C:\\inetpub\\wwwroot');
  },
);
