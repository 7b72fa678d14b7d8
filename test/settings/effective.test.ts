import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {agentDefaults} from '../../src/operations/settings/agent.ts';
import {blockOf, disabledBy, modeOf} from '../../src/operations/settings/effective.ts';
import {keepOrganization} from '../../src/operations/settings/organization.ts';
import {readSettings, readWrittenSettings, settingsFile} from '../../src/operations/settings/read-settings.ts';
import {testFolder} from '../support/lab.ts';

interface Place {
  readonly stateDir: string;
  readonly share: string;
}

const place = async (server: string, organization?: string): Promise<Place> => {
  const folder = await testFolder();
  const stateDir = join(folder, 'state');
  const share = join(folder, 'organization.yaml');
  await mkdir(stateDir, {mode: 0o700});
  if (organization !== undefined) await writeFile(share, organization);
  const named = organization === undefined ? '' : `organization: {file: ${share}}\n`;
  await writeFile(settingsFile(stateDir), `${named}${server}`);
  return {stateDir, share};
};

const settled = async (server: string, organization?: string) =>
  readSettings((await place(server, organization)).stateDir);

describe("the EM service's table of MitigationsEnabled", () => {
  test.each([
    ['true', 'true', undefined],
    ['true', 'false', 'server'],
    ['false', 'true', 'organization'],
    ['false', 'false', 'organization'],
  ])('organization %s, server %s: disabled by %s', async (organization, server, expected) => {
    const settings = await settled(`mitigationsEnabled: ${server}\n`, `mitigationsEnabled: ${organization}\n`);
    expect(disabledBy(settings)).toBe(expected);
  });

  test('nothing said means true', async () => {
    expect(disabledBy(await settled(''))).toBeUndefined();
  });
});

describe('two files', () => {
  test('what restricts adds up', async () => {
    const settings = await settled(
      'mitigationsBlocked: [M2]\napprovals: 1\nrequireReason: false\nfreeze: [2026-12-24]\n',
      'mitigationsBlocked: [M1]\napprovals: 2\nrequireReason: true\nfreeze: [2026-12-31]\n',
    );
    expect(settings).toMatchObject({
      mitigationsBlocked: [
        {id: 'M1', by: 'organization'},
        {id: 'M2', by: 'server'},
      ],
      approvals: [
        {by: 'organization', accounts: 2, autoApproved: []},
        {by: 'server', accounts: 1, autoApproved: []},
      ],
      requireReason: true,
      freeze: [{from: '2026-12-31'}, {from: '2026-12-24'}],
    });
  });

  test("of everything else the server's word wins, and modes add up", async () => {
    const settings = await settled(
      'agent: {mode: observe, modes: {M2: auto}}\n',
      'agent: {mode: auto, every: 30m, modes: {M1: window, M2: observe}}\nproxy: http://proxy.acme.example:8080\n',
    );
    expect(settings.agent).toMatchObject({mode: 'observe', every: 1_800_000, modes: {M1: 'window', M2: 'auto'}});
    expect(settings.proxy).toBe('http://proxy.acme.example:8080');
  });

  test('neither says anything: the agent observes, at the times of the EM service', async () => {
    expect((await settled('')).agent).toEqual(agentDefaults);
    expect(agentDefaults).toMatchObject({mode: 'observe', firstCheck: 600_000, every: 3_600_000});
  });

  test('the organisation makes nobody a publisher on its servers', async () => {
    const named = await settled('', 'agent: {profiles: [acme]}\n');
    expect(named.agent.profiles).toEqual(['acme']);
    for (const file of ['\\\\share\\evil.yaml', './evil.yaml', '/tmp/evil', 'evil.yaml']) {
      const {organization, agent} = await settled('', `agent: {profiles: ['${file}']}\n`);
      expect(organization).toMatchObject({is: 'missing', why: expect.stringContaining('agent.profiles.0')});
      expect(agent.profiles).toEqual([]);
    }
  });

  test('one mitigation has one mode, however its id is written', async () => {
    const settings = await settled('agent: {modes: {M1: observe}}\n', 'agent: {modes: {M01: auto}}\n');
    expect(modeOf(settings, {id: 'M1', actions: []})).toBe('observe');
  });

  test('a file of the organisation that is just being written forbids what it forbade before', async () => {
    const {stateDir, share} = await place('', 'mitigationsBlocked: [M1]\n');
    await keepOrganization({organization: {file: share}}, stateDir);
    await writeFile(share, '');
    await keepOrganization({organization: {file: share}}, stateDir);
    const settings = await readSettings(stateDir);
    expect(settings.organization).toMatchObject({is: 'cached', file: share});
    expect(blockOf(settings, {id: 'M1', actions: []})).toBeDefined();
  });

  test('a file of the organisation that is no file of settings by its size is not read', async () => {
    const {stateDir, share} = await place('', '{}\n');
    await writeFile(share, '#'.repeat(2 * 1024 * 1024));
    expect((await readSettings(stateDir)).organization).toMatchObject({is: 'missing'});
  });

  test('the organisation can start no program on its servers', async () => {
    const {stateDir} = await place('', 'notification: {}\n');
    expect((await readSettings(stateDir)).organization).toMatchObject({
      is: 'missing',
      why: expect.stringContaining('notification'),
    });
  });
});

describe('a share that is away', () => {
  test('leaves what was read last', async () => {
    const {stateDir, share} = await place('', 'mitigationsEnabled: false\n');
    await keepOrganization((await readWrittenSettings(stateDir)).server, stateDir);
    await rm(share);
    const settings = await readSettings(stateDir);
    expect(settings.organization).toMatchObject({is: 'cached', file: share});
    expect(disabledBy(settings)).toBe('organization');
  });

  test('so does a file that cannot be used, and it does not replace the copy', async () => {
    const {stateDir, share} = await place('', 'mitigationsBlocked: [M1]\n');
    const {server} = await readWrittenSettings(stateDir);
    await keepOrganization(server, stateDir);
    await writeFile(share, 'mitigationsBlocked: [M1\n');
    await keepOrganization(server, stateDir);
    const settings = await readSettings(stateDir);
    expect(settings.organization.is).toBe('cached');
    expect(blockOf(settings, {id: 'M1', actions: []})).toEqual({id: 'M1', by: 'organization'});
  });

  test('that was never read enables nothing', async () => {
    const {stateDir, share} = await place('', '');
    await rm(share);
    const settings = await readSettings(stateDir);
    expect(settings.organization).toMatchObject({is: 'missing', file: share});
    expect(disabledBy(settings)).toBe('organization');
  });
});

test('the longest id that means a mitigation says its mode', async () => {
  const settings = await settled('agent: {mode: observe, modes: {M1: window, M1.1: auto}}\n');
  expect(modeOf(settings, {id: 'M1', actions: [{id: 'M1.1'}]})).toBe('auto');
  expect(modeOf(settings, {id: 'M2', actions: []})).toBe('observe');
});
