import {describe, expect, test} from 'vitest';
import {type LayeredPath, layersOf, levelsOf} from '../../src/iis/layers.ts';
import {configurationOf, type HostParts, smallServer, type WebConfigs} from '../support/application-host.ts';

const layered = async (configPath: string, host: HostParts = {}, webs: WebConfigs = {}): Promise<LayeredPath> =>
  layersOf(await configurationOf(smallServer(host, webs)), configPath);

/** `applicationHost(body)@` · `wwwroot(app)@Site/app`: file, location, level. */
const shown = ({layers}: LayeredPath): readonly string[] =>
  layers.map(({file, location, level}) => {
    const parts = file.path.split('\\');
    const name = parts.at(-1) === 'web.config' ? (parts.at(-2) ?? '') : 'applicationHost';
    return `${name}(${location === null ? 'body' : location})@${level}`;
  });

const host: HostParts = {
  body: `<location path="Site/app"><a /></location>
    <location path=""><a /></location>
    <location path="Site"><a /></location>
    <location path="Site/app/nested"><a /></location>
    <location path="Other"><a /></location>`,
};

test('levels go from the server to the path', () => {
  expect(levelsOf('Site/owa/Calendar')).toEqual(['', 'Site', 'Site/owa', 'Site/owa/Calendar']);
  expect(levelsOf('')).toEqual(['']);
});

describe('the order of the layers', () => {
  test('level by level: outer locations, the own body, own locations; never in the order of the file', async () => {
    const webs = {root: '<location path="app"><a /></location><location path="."><a /></location>', app: '<a />'};
    expect(shown(await layered('Site/app', host, webs))).toEqual([
      'applicationHost(body)@',
      'applicationHost()@',
      'applicationHost(Site)@Site',
      'wwwroot(body)@Site',
      'wwwroot(.)@Site',
      'applicationHost(Site/app)@Site/app',
      'wwwroot(app)@Site/app',
      'app(body)@Site/app',
    ]);
  });

  test('a location of a path further down belongs to the path further down', async () => {
    expect(shown(await layered('Site', host))).toEqual([
      'applicationHost(body)@',
      'applicationHost()@',
      'applicationHost(Site)@Site',
    ]);
  });

  test.each([
    ['path=""', '<location path=""><a /></location>'],
    ['path="."', '<location path="."><a /></location>'],
    ['no path', '<location><a /></location>'],
    ['an empty path in another way', '<location path="/"><a /></location>'],
  ])('a location with %s is for the level of its file', async (_, root) => {
    const {layers} = await layered('Site', {}, {root});
    expect(layers.map(({level}) => level)).toEqual(['', 'Site', 'Site']);
    expect(layers.at(-1)?.location).not.toBeNull();
  });

  test('letter case of a location path does not count', async () => {
    const body = '<location path="sITE/App"><a /></location>';
    expect(shown(await layered('Site/app', {body}))).toContain('applicationHost(sITE/App)@Site/app');
  });

  test('a folder that two applications share is read once for each level on the way', async () => {
    expect(shown(await layered('Site/shared/again', {}, {shared: '<a />'}))).toEqual([
      'applicationHost(body)@',
      'shared(body)@Site/shared',
      'shared(body)@Site/shared/again',
    ]);
  });

  test('the web.config of the enclosing application is read although its folder lies elsewhere', async () => {
    expect(shown(await layered('Site/app/nested', {}, {root: '<a />', app: '<a />', nested: '<a />'}))).toEqual([
      'applicationHost(body)@',
      'wwwroot(body)@Site',
      'app(body)@Site/app',
      'nested(body)@Site/app/nested',
    ]);
  });
});

describe('inheritInChildApplications="false"', () => {
  const root = '<location path="." inheritInChildApplications="false"><a /></location>';

  test.each([
    ['counts in its own application', 'Site', true],
    ['counts in a virtual directory of its application', 'Site/files', true],
    ['counts in a folder of its application', 'Site/bin', true],
    ['does not count in a child application', 'Site/app', false],
    ['does not count in a grandchild application', 'Site/app/nested', false],
  ])('%s', async (_, configPath, expected) => {
    expect(shown(await layered(configPath, {}, {root})).includes('wwwroot(.)@Site')).toBe(expected);
  });

  test('ends a location of applicationHost.config for a site, too', async () => {
    const body = '<location path="Site" inheritInChildApplications="False"><a /></location>';
    expect(shown(await layered('Site', {body}))).toContain('applicationHost(Site)@Site');
    expect(shown(await layered('Site/app', {body}))).not.toContain('applicationHost(Site)@Site');
  });
});

test('a file on the way that is malformed is told with its position, and the rest is read', async () => {
  const webs = {root: '<?xml version="1.0"?>\r\n<configuration>\r\n  <a>\r\n</configuration>', app: '<a />'};
  const path = await layered('Site/app', {}, webs);
  expect(path.faults).toEqual([
    {
      file: 'C:\\inetpub\\wwwroot\\web.config',
      line: 4,
      column: 16,
      reason: expect.stringContaining('does not match the start tag <a>'),
    },
  ]);
  expect(shown(path)).toEqual(['applicationHost(body)@', 'app(body)@Site/app']);
});

test('a file whose document element is not <configuration> is a fault, not a layer', async () => {
  const path = await layered('Site', {}, {root: '<?xml version="1.0"?><web />'});
  expect(path.faults).toMatchObject([
    {line: 1, column: 22, reason: 'the document element is <web>, not <configuration>'},
  ]);
});
