import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {openSandboxReader} from '../../src/server/sandbox/reader.ts';
import {addM1, addM2, applicationHost, fixture, makeLab, owaConfig, shared, siteConfig} from './lab.ts';

const place = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'stopgap-create-'));
  onTestFinished(() => rmSync(root, {recursive: true, force: true}));
  return root;
};

/** The fixture's files without its server.json, and with other text in applicationHost.config. */
const bareTree = (change: (text: string) => string = (text) => text): string => {
  const tree = join(place(), 'tree');
  mkdirSync(tree);
  cpSync(join(fixture('exchange2019-cu8'), 'C'), join(tree, 'C'), {recursive: true});
  const file = join(tree, 'C/Windows/System32/inetsrv/config/applicationHost.config');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return tree;
};

const withoutBuilds = (text: string): string => text.replaceAll(/15\.\d+\.\d+\.\d+/g, 'current');

describe('a bare tree', () => {
  test('tells its build by the folders in applicationHost.config', async () => {
    const dir = join(place(), 'lab');
    const tree = bareTree((text) =>
      withoutBuilds(text).replace(
        '</configuration>',
        '<location path="Default Web Site/owa/15.2.792.3" /></configuration>',
      ),
    );
    expect(await createSandbox(dir, {from: tree})).toMatchObject({
      build: '15.2.792.3',
      buildSource: 'folder names in applicationHost.config',
    });
    const reader = await openSandboxReader(dir, {inProcess: true});
    expect(await reader.service('MSExchangeHMRecovery')).toMatchObject({state: 'RUNNING', startType: 'auto'});
    expect(await reader.dependents('WAS')).toEqual(['W3SVC']);
    expect((await reader.facts()).urlRewriteVersion).toBeDefined();
  });

  test('that does not tell is refused until somebody does', async () => {
    const tree = bareTree(withoutBuilds);
    await expect(createSandbox(join(place(), 'lab'), {from: tree})).rejects.toMatchObject({code: 'SANDBOX.NO_BUILD'});
    expect(await createSandbox(join(place(), 'lab'), {from: tree, build: '15.2.1118.7'})).toMatchObject({
      build: '15.2.1118.7',
      buildSource: '--build',
    });
  });

  test('without the rewrite group has no URL Rewrite', async () => {
    const dir = join(place(), 'lab');
    const tree = bareTree((text) => text.replace(/<sectionGroup name="rewrite">[\s\S]*?<\/sectionGroup>/, ''));
    await createSandbox(dir, {from: tree, build: '15.2.792.3'});
    expect((await (await openSandboxReader(dir)).facts()).urlRewriteVersion).toBeUndefined();
  });
});

test('files are copied to the byte and can be written', async () => {
  const dir = join(place(), 'lab');
  await createSandbox(dir, {from: fixture('exchange2019-cu12')});
  for (const name of readdirSync(join(fixture('exchange2019-cu12'), 'C'), {recursive: true}).map(String)) {
    const [from, to] = [join(fixture('exchange2019-cu12'), 'C', name), join(dir, 'C', name)];
    if (statSync(from).isFile()) expect(readFileSync(to).equals(readFileSync(from)), name).toBe(true);
    expect(statSync(to).mode & 0o200).toBe(0o200);
  }
});

test('nothing is made where something is, where no tree is, or inside of the tree', async () => {
  const full = place();
  writeFileSync(join(full, 'x'), '');
  const from = fixture('plain-iis');
  await expect(createSandbox(full, {from})).rejects.toMatchObject({code: 'SANDBOX.NOT_EMPTY'});
  await expect(createSandbox(join(full, 'y'), {from: full})).rejects.toMatchObject({code: 'SANDBOX.NO_TREE'});
  await expect(createSandbox(join(from, 'lab'), {from})).rejects.toMatchObject({code: 'SANDBOX.INSIDE'});
  await expect(createSandbox(join(full, 'y'), {from, build: '15'})).rejects.toMatchObject({code: 'SANDBOX.BAD_BUILD'});
  expect(existsSync(join(from, 'lab'))).toBe(false);
});

const real = join(shared, 'exchange2019');

describe.skipIf(!existsSync(real))(
  'the files of a real Exchange 2019 server (skipped where ../shared/real is absent)',
  () => {
    test('answer every application of both sites', async () => {
      const lab = await makeLab({from: real});
      const apps = (await lab.appcmd('list', 'apps', '/text:APP.NAME')).stdout.trim().split(/[\r\n]+/);
      expect(apps.length).toBeGreaterThan(20);
      for (const app of apps) {
        const [, site = '', path = ''] = /^([^/]+)(\/.*)$/.exec(app) ?? [];
        expect(lab.request(path, {site}), app).toMatchObject({status: 200});
      }
    });

    test('take M1 and M2 and give them back to the byte', async () => {
      const lab = await makeLab({from: real});
      const files = [siteConfig, owaConfig, applicationHost];
      const before = files.map(lab.bytes);
      for (const argv of [addM1(), addM2(), addM2('/commit:apphost')]) {
        expect(await lab.appcmd(...argv)).toMatchObject({exitCode: 0});
      }
      expect(lab.request('/owa/Calendar')).toMatchObject({subStatus: 19});
      await lab.appcmd('clear', 'config', 'Default Web Site', '/section:rules');
      const owa = [
        'set',
        'config',
        'Default Web Site/owa',
        '/section:outboundRules',
        "/-[name='R']",
        "/-preConditions.[name='P']",
      ];
      expect((await lab.appcmd(...owa)).exitCode).not.toBe(0);
      expect((await lab.appcmd(...owa, '/commit:apphost')).exitCode).toBe(0);
      expect((await lab.appcmd(...owa)).exitCode).toBe(0);
      expect(files.map(lab.bytes)).toEqual(before);
    });
  },
);
