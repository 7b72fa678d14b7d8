import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openReader, openServer} from '../../src/cli/open-server.ts';
import {loadSources} from '../../src/operations/load-sources.ts';
import {planForServer} from '../../src/operations/plan-for-server.ts';
import {rehearsePlan} from '../../src/operations/rehearse.ts';
import {type SnapshotResult, takeSnapshot} from '../../src/operations/snapshot.ts';
import type {Plan} from '../../src/plan/model.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {openSandboxForRehearsal} from '../../src/server/sandbox/rehearsal.ts';
import type {ServerReader} from '../../src/server/server.ts';
import {openSnapshot} from '../../src/server/snapshot/reader.ts';
import {
  fixture,
  haveRealFiles,
  type Lab,
  makeLab,
  realFiles,
  testFolder,
  treeOf,
  warnWithoutRealFiles,
} from '../support/lab.ts';

const now = new Date('2026-11-22T10:00:00Z');

interface Taken {
  readonly lab: Lab;
  readonly dir: string;
  readonly result: SnapshotResult;
  readonly snapshot: ServerReader;
}

const taken = async (from: string, prepare: (lab: Lab) => Promise<void> = async () => undefined): Promise<Taken> => {
  const lab = await makeLab(from);
  await prepare(lab);
  const dir = join(await testFolder(), 'copy');
  const result = await takeSnapshot(lab.server, dir, now);
  return {lab, dir, result, snapshot: await openSnapshot(dir)};
};

const planned = async (reader: ServerReader, ids: readonly string[], accept: readonly string[] = []): Promise<Plan> => {
  const stateDir = join(await testFolder(), 'state');
  const sources = await loadSources(ids, {stateDir, cwd: stateDir, now, profiles: [], env: {}});
  const options = {place: undefined, accept: accept.map((code) => ({code, reason: 'a test'}))};
  return planForServer(reader, {sources, options, stateDir, now});
};

describe.each(['exchange2019-cu12', 'exchange2016-cu19', 'exchange2019-cu8', 'exchange-se', 'plain-iis'])(
  'of %s',
  (server) => {
    test('every plan that is made from it is the plan of the server itself', async () => {
      const {lab, snapshot} = await taken(fixture(server));
      for (const id of ['M1', 'M2', 'CVE-2021-26855', 'CVE-2021-26857', 'CVE-2021-26858', 'CVE-2021-27065']) {
        const [here, there] = [await planned(lab.server, [id]), await planned(snapshot, [id])];
        expect(there.body).toEqual(here.body);
        expect(there.planId).toBe(here.planId);
      }
    });
  },
);

/** Writes a file of the lab, on whatever drive. */
const place = async (lab: Lab, path: string, text: string): Promise<void> => {
  const file = join(lab.dir, path.charAt(0), ...path.slice(3).split('\\'));
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, text);
};

/** The web root moves to another drive, and its rules to a file of their own. */
const spread = async (lab: Lab): Promise<void> => {
  const host = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
  const text = await lab.read(host);
  await lab.write(host, text.replace('"%SystemDrive%\\inetpub\\wwwroot"', '"D:\\sites\\web"'));
  const own = '<system.webServer><rewrite><rules configSource="rules.config" /></rewrite></system.webServer>';
  await place(lab, 'D:\\sites\\web\\web.config', `<configuration>\r\n${own}\r\n</configuration>`);
  await place(lab, 'D:\\sites\\web\\rules.config', '<rules><rule name="own"><match url="x" /></rule></rules>');
};

test('folders on another drive and sections in files of their own come along, and rehearse in a sandbox of it', async () => {
  const {lab, dir, result, snapshot} = await taken(fixture('exchange2019-cu12'), spread);
  expect(result.files.map(({path}) => path)).toEqual(
    expect.arrayContaining(['D:\\sites\\web\\web.config', 'D:\\sites\\web\\rules.config']),
  );
  expect((await planned(snapshot, ['M1'])).planId).toBe((await planned(lab.server, ['M1'])).planId);
  const sandbox = join(await testFolder(), 'sandbox');
  await createSandbox(sandbox, {from: dir});
  const server = await openSandboxForRehearsal(sandbox, {inProcess: true});
  expect(await server.readFile('D:\\sites\\web\\rules.config')).toBeDefined();
  const stateDir = join(sandbox, '.stopgap', 'state');
  const sources = await loadSources(['M1'], {stateDir, cwd: sandbox, now, profiles: [], env: {}});
  const {report} = await rehearsePlan(server, {sources, options: {place: undefined, accept: []}, stateDir, now});
  expect(report.steps.map(({verdict}) => verdict)).toEqual(['exact']);
  expect(report.untouched).toContain('d:\\sites\\web\\web.config');
});

test('taking it changes nothing on the server', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const [before, machine] = [await lab.tree(), lab.machine()];
  await takeSnapshot(lab.server, join(await testFolder(), 'copy'), now);
  expect(await lab.tree()).toEqual(before);
  expect(lab.machine()).toEqual(machine);
});

const secret = 'Tr0ub4dor&amp;3';
const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
const siteConfig = 'C:\\inetpub\\wwwroot\\web.config';

const withSecrets = async (lab: Lab): Promise<void> => {
  const host = await lab.read(hostConfig);
  await lab.write(hostConfig, host.replace('<processModel ', `<processModel password="${secret}" `));
  const site = await lab.read(siteConfig);
  const rule = `<system.webServer><rewrite><rules><rule name="old" enabled="false"><match url="password=${secret}" /><action type="None" /></rule></rules></rewrite></system.webServer>\n</configuration>`;
  await lab.write(siteConfig, site.replace(/<\/configuration>\s*$/, rule));
};

describe('secrets', () => {
  test('are in none of its files, and the list says which of them had some', async () => {
    const {dir, result} = await taken(fixture('exchange2019-cu12'), withSecrets);
    for (const path of Object.keys(await treeOf(dir))) {
      expect(await readFile(join(dir, path), 'utf8'), path).not.toContain('Tr0ub4dor');
    }
    const redacted = result.files.filter((file) => file.redacted).map(({path}) => path);
    expect(redacted).toEqual(expect.arrayContaining([hostConfig, siteConfig]));
  });

  test('inside of what a plan assumes do not make it stale: it is applied on the server', async () => {
    const {lab, snapshot} = await taken(fixture('exchange2019-cu12'), withSecrets);
    const plan = await planned(snapshot, ['M1']);
    expect(plan.body.assumes).toEqual((await planned(lab.server, ['M1'])).body.assumes);
    await lab.applied(plan);
  });

  test('of the server that changed since make it stale', async () => {
    const {lab, snapshot} = await taken(fixture('exchange2019-cu12'), withSecrets);
    const plan = await planned(snapshot, ['M1']);
    await lab.write(siteConfig, (await lab.read(siteConfig)).replace(`password=${secret}`, 'password=another'));
    await expect(lab.apply(plan)).rejects.toMatchObject({code: 'PLAN.STALE'});
  });
});

test('a sandbox that is made from it rehearses the plan', async () => {
  const {dir} = await taken(fixture('exchange2019-cu12'));
  const sandbox = join(await testFolder(), 'sandbox');
  await createSandbox(sandbox, {from: dir});
  const stateDir = join(sandbox, '.stopgap', 'state');
  const sources = await loadSources(['M1', 'M2'], {stateDir, cwd: dir, now, profiles: [], env: {}});
  const server = await openSandboxForRehearsal(sandbox, {inProcess: true});
  const {report} = await rehearsePlan(server, {sources, options: {place: undefined, accept: []}, stateDir, now});
  expect(report.steps.map(({verdict}) => verdict)).toEqual(['exact', 'exact']);
});

test('it is read and nothing else: there is no way to open it for a change', async () => {
  const {dir} = await taken(fixture('plain-iis'));
  const io = {stdout: {write: () => true}, stderr: {write: () => true}, now: () => now, cwd: dir, env: {}};
  const args = {server: `snapshot:${dir}`, 'state-dir': undefined};
  expect((await openReader(args, io)).kind).toBe('snapshot');
  await expect(openServer(args, io)).rejects.toMatchObject({code: 'SERVER.READ_ONLY'});
});

test('a folder in which taking it was broken off is no snapshot', async () => {
  const {dir} = await taken(fixture('plain-iis'));
  await rm(join(dir, 'snapshot.json'));
  await expect(openSnapshot(dir)).rejects.toMatchObject({
    code: 'SNAPSHOT.UNREADABLE',
    message: expect.stringMatching(/snapshot\.json is no part of a snapshot: there is no such file/),
  });
});

test('a folder that is not empty, and one that is no snapshot, are refused', async () => {
  const lab = await makeLab(fixture('plain-iis'));
  const folder = await testFolder();
  await expect(openSnapshot(folder)).rejects.toMatchObject({code: 'SNAPSHOT.UNREADABLE'});
  await writeFile(join(folder, 'mine.txt'), 'x');
  await expect(takeSnapshot(lab.server, folder, now)).rejects.toMatchObject({code: 'SNAPSHOT.NOT_EMPTY'});
});

warnWithoutRealFiles();
test.skipIf(!haveRealFiles)(
  'of a real Exchange 2019: the plan of M1 is that of the server, and its session keys are gone',
  async () => {
    const {lab, dir, snapshot} = await taken(join(realFiles, 'exchange2019'));
    const original = await lab.read(hostConfig);
    const copy = await readFile(join(dir, 'C/Windows/System32/inetsrv/config/applicationHost.config'), 'utf8');
    expect(original).toMatch(/sessionKey="[A-Za-z0-9+/=]{40}/);
    expect(copy).not.toMatch(/sessionKey="[A-Za-z0-9+/=]{40}/);
    expect((await planned(snapshot, ['M1'])).planId).toBe((await planned(lab.server, ['M1'])).planId);
  },
);
