import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {readSettingsChanges} from '../../src/journal/settings-ledger.ts';
import {blockIds, unblockIds} from '../../src/operations/settings/block.ts';
import {changeSettings, type SettingsChange} from '../../src/operations/settings/change-settings.ts';
import {editYaml} from '../../src/operations/settings/edit-yaml.ts';
import {settingsFile} from '../../src/operations/settings/read-settings.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

const commented = `# Agreed with the change board on 2026-11-01.
windows:
  - name: night # never in December
    days: [sat]
    opens: "22:00"
    lasts: 4h
    timeZone: UTC

agent:
  mode: observe # until the board says otherwise
`;

describe('one key of a file', () => {
  test('is changed and every comment stays', () => {
    const changed = editYaml(commented, {path: ['agent', 'mode'], value: 'window'});
    expect(changed).toContain('mode: window # until the board says otherwise');
    for (const comment of ['# Agreed with the change board', '# never in December']) expect(changed).toContain(comment);
  });

  test('is added where it was not, also to nothing', () => {
    expect(editYaml('', {path: ['agent', 'mode'], value: 'auto'})).toBe('agent:\n  mode: auto\n');
    expect(editYaml(commented, {path: ['approvals'], value: 1})).toContain('\napprovals: 1\n');
  });

  test('is not there already where it shall be taken away', () => {
    for (const text of ['approvals: 1\n', '# nothing yet\n', ''])
      expect(editYaml(text, {path: ['agent', 'mode'], value: undefined})).toBe(text);
  });

  test('cannot be put where somebody wrote something else than keys', () => {
    expect(() => editYaml('agent: auto\n', {path: ['agent', 'mode'], value: 'auto'})).toThrow(
      expect.objectContaining({code: 'SETTINGS.INVALID'}),
    );
  });

  test('is taken away, and what is left of the file are its comments', () => {
    expect(editYaml('# why\nproxy: http://a:1\n', {path: ['proxy'], value: undefined})).toBe('# why\n');
  });
});

const by = {by: 'ACME\\admin', reason: 'change 4711'};

const labWith = async (text: string): Promise<Lab> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await mkdir(lab.stateDir, {recursive: true, mode: 0o700});
  await writeFile(settingsFile(lab.stateDir), text);
  return lab;
};

const set = (lab: Lab, key: string, value: unknown, level: SettingsChange['level'] = 'server') =>
  changeSettings(lab.server, {what: 'set', key, level, change: () => value}, {...by, stateDir: lab.stateDir});

const fileOf = (lab: Lab): Promise<string> => readFile(settingsFile(lab.stateDir), 'utf8');

describe('a change of settings', () => {
  test('is written down with who, what and why', async () => {
    const lab = await labWith(commented);
    await set(lab, 'agent.mode', 'window');
    await set(lab, 'agent.modes.M1.1', 'auto');
    expect(await readSettingsChanges(lab.stateDir)).toMatchObject([
      {key: 'agent.mode', before: '"observe"', after: '"window"', by: 'ACME\\admin', reason: 'change 4711'},
      {key: 'agent.modes.M1.1', before: null, after: '"auto"'},
    ]);
  });

  test('that could not be used is refused, and file and ledger stay as they were', async () => {
    const lab = await labWith(commented);
    await expect(set(lab, 'agent.mode', 'brave')).rejects.toMatchObject({
      code: 'SETTINGS.INVALID',
      untouched: 'The settings are as they were.',
    });
    expect(await fileOf(lab)).toBe(commented);
    expect(await readSettingsChanges(lab.stateDir)).toEqual([]);
  });

  test('that changes nothing leaves no line', async () => {
    const lab = await labWith(commented);
    await set(lab, 'agent.mode', 'observe');
    expect(await readSettingsChanges(lab.stateDir)).toEqual([]);
  });

  test('waits for whoever changes the server', async () => {
    const lab = await labWith('');
    const release = await lab.server.lock();
    await expect(set(lab, 'approvals', 1)).rejects.toMatchObject({code: 'APPLY.LOCKED'});
    await release?.();
  });

  test('of the organisation needs to know where its file lies', async () => {
    const lab = await labWith('');
    await expect(set(lab, 'approvals', 1, 'organization')).rejects.toMatchObject({code: 'SETTINGS.NO_ORGANIZATION'});
  });
});

describe('block and unblock', () => {
  const how = (lab: Lab) => ({...by, stateDir: lab.stateDir, level: 'server'}) as const;

  test('know one id in all its forms', async () => {
    const lab = await labWith('mitigationsBlocked: [M01.1]\n');
    expect(await blockIds(lab.server, ['M1.1'], how(lab))).toMatchObject({before: '["M01.1"]', after: '["M01.1"]'});
    await unblockIds(lab.server, ['m1.1'], how(lab));
    expect(await fileOf(lab)).toBe('');
  });

  test('leave the others of the list', async () => {
    const lab = await labWith('mitigationsBlocked:\n  - M1 # ticket 12\n  - M2\n');
    await unblockIds(lab.server, ['M2'], how(lab));
    expect(await fileOf(lab)).toContain('- M1');
    expect(await readSettingsChanges(lab.stateDir)).toMatchObject([{what: 'unblock', after: '["M1"]'}]);
  });

  test('leave the comments of the list where they are', async () => {
    const lab = await labWith('mitigationsBlocked:\n  # of the pilot\n  - M1 # ticket 12\n  - M2\n');
    await blockIds(lab.server, ['M3'], how(lab));
    await unblockIds(lab.server, ['M2'], how(lab));
    expect(await fileOf(lab)).toBe('mitigationsBlocked:\n  # of the pilot\n  - M1 # ticket 12\n  - M3\n');
  });
});
