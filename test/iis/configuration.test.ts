import {describe, expect, test} from 'vitest';
import {isFault, parseConfigFile} from '../../src/iis/config-file.ts';
import {webConfigAt} from '../../src/iis/configuration.ts';
import {declarationOf, hasGlobalModule} from '../../src/iis/declarations.ts';
import {Refusal} from '../../src/kit/refusal.ts';
import {applicationHost, configurationOf, lineWith, smallServer, webConfigPath} from '../support/application-host.ts';
import {
  applicationHostPath,
  configFolder,
  fixtureServer,
  type MemoryServer,
  memoryServer,
} from '../support/memory-server.ts';

const refusalOf = async (server: MemoryServer): Promise<Refusal> => {
  const error = await configurationOf(server).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw new Error(`no refusal: ${String(error)}`);
  return error;
};

describe('a server whose configuration cannot be used is refused', () => {
  const redirected = (enabled: string): MemoryServer =>
    smallServer().with({
      files: {
        [`${configFolder}\\redirection.config`]: `<configuration><configurationRedirection enabled="${enabled}" path="\\\\files\\iis" /></configuration>`,
      },
    });

  test('shared configuration: the share is named, because one write would hit every server of it', async () => {
    const refusal = await refusalOf(redirected('true'));
    expect(refusal.code).toBe('IIS.SHARED_CONFIGURATION');
    expect(refusal.message).toContain('\\\\files\\iis');
    expect(refusal.where).toEqual({file: `${configFolder}\\redirection.config`, line: 1});
    expect(refusal.untouched).toContain('share was not looked at');
    expect(refusal.next).not.toEqual([]);
  });

  test('a share that cannot be reached is refused the same way: nobody tries to', async () => {
    const server = redirected('true');
    await refusalOf(server);
    expect(server.read.filter((path) => path.startsWith('\\\\'))).toEqual([]);
  });

  test('a redirection that is switched off, or empty as Windows installs it, is none', async () => {
    await expect(configurationOf(redirected('false'))).resolves.toBeDefined();
    const empty = '<configuration><configSections /><configurationRedirection /></configuration>';
    await expect(
      configurationOf(smallServer().with({files: {[`${configFolder}\\redirection.config`]: empty}})),
    ).resolves.toBeDefined();
  });

  test('a redirection.config that cannot be read does not pass for a missing one', async () => {
    const refusal = await refusalOf(
      smallServer().with({files: {[`${configFolder}\\redirection.config`]: '<configuration'}}),
    );
    expect(refusal).toMatchObject({code: 'IIS.MALFORMED', where: {file: `${configFolder}\\redirection.config`}});
  });

  test('no applicationHost.config', async () => {
    expect(await refusalOf(memoryServer({}))).toMatchObject({
      code: 'IIS.NOT_FOUND',
      where: {file: applicationHostPath},
    });
  });

  test('a malformed applicationHost.config: file, line and column', async () => {
    const text = applicationHost().replace('</sites>', '</site>');
    const refusal = await refusalOf(memoryServer({files: {[applicationHostPath]: text}}));
    const line = text.slice(0, text.lastIndexOf('</site>')).split('\n').length;
    expect(refusal.code).toBe('IIS.MALFORMED');
    expect(refusal.where.file).toBe(applicationHostPath);
    expect(refusal.where).toMatchObject({line, column: 15});
    expect(refusal.message).toContain(`${applicationHostPath}:${refusal.where.line}:${refusal.where.column}: `);
    expect(refusal.message).toContain('</site>');
  });
});

describe('files are read once', () => {
  test('two paths of one folder read one file, in whatever spelling', async () => {
    const server = smallServer({}, {shared: '<a />'});
    const configuration = await configurationOf(server);
    const first = await webConfigAt(configuration, 'Site/shared');
    const again = await webConfigAt(configuration, 'Site/shared/again');
    expect(again?.result).toBe(first?.result);
    expect(server.read.filter((path) => /shared/i.test(path))).toHaveLength(1);
  });

  test('a folder without web.config tells the path that it would have', async () => {
    const found = await webConfigAt(await configurationOf(smallServer()), 'Site/app');
    expect(found).toEqual({path: webConfigPath('app'), folder: 'C:\\web\\app', result: undefined});
  });
});

test('other content in some files change what is seen, and leave the first configuration as it was', async () => {
  const before = await configurationOf(smallServer({}, {root: '<a />', app: '<a />'}));
  const bytes = new TextEncoder().encode('<configuration><b /></configuration>');
  const changed = parseConfigFile(webConfigPath('root').toUpperCase(), bytes);
  const after = before.withFiles(isFault(changed) ? [] : [changed.file]);
  const rootOf = async (configuration: typeof before, path: string): Promise<string | undefined> => {
    const found = await webConfigAt(configuration, path);
    return found?.result && !isFault(found.result) ? found.result.file.document.root.children[0]?.name : undefined;
  };
  expect(await rootOf(after, 'Site')).toBe('b');
  expect(await rootOf(after, 'Site/app')).toBe('a');
  expect(await rootOf(before, 'Site')).toBe('a');
});

describe('declarations', () => {
  test('a section is found in its groups, with its line and what holds by default', async () => {
    const declarations =
      '\n<section name="rules" overrideModeDefault="Deny" allowDefinition="MachineToApplication" />\n<section name="outboundRules" />';
    const {applicationHost: file} = await configurationOf(smallServer({declarations}));
    const text = applicationHost({declarations});
    expect(declarationOf(file, 'system.webServer/rewrite/rules')).toMatchObject({
      line: lineWith(text, 'name="rules"'),
      overrideModeDefault: 'Deny',
      allowDefinition: 'MachineToApplication',
    });
    expect(declarationOf(file, 'system.webServer/rewrite/outboundRules')).toMatchObject({
      overrideModeDefault: 'Allow',
      allowDefinition: 'Everywhere',
    });
    expect(declarationOf(file, 'system.webServer/rewrite/globalRules')).toBeUndefined();
    expect(declarationOf(file, 'rules')).toBeUndefined();
  });

  test('URL Rewrite shows in globalModules of a server that has it', async () => {
    const {applicationHost: file} = await configurationOf(fixtureServer('exchange2019-cu12'));
    expect(hasGlobalModule(file, 'RewriteModule')).toBe(true);
    expect(hasGlobalModule(file, 'NoSuchModule')).toBe(false);
  });
});
