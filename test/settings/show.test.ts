import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import * as z from 'zod';
import {serverSettingsFile} from '../../src/operations/settings/model.ts';
import {settingsFile} from '../../src/operations/settings/read-settings.ts';
import {type SettingRow, settingRows} from '../../src/operations/settings/rows.ts';
import {type CliRun, cli} from '../cli/collect.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

/** Keys of a schema; a list, a map and a choice are one thing. */
const keysIn = (schema: unknown, path: readonly string[] = []): readonly string[] => {
  if (schema instanceof z.ZodOptional) return keysIn(schema.unwrap(), path);
  if (!(schema instanceof z.ZodObject)) return [path.join('.')];
  return Object.entries(schema.shape).flatMap(([key, inner]) => keysIn(inner, [...path, key]));
};

const stop = (lab: Lab, ...argv: readonly string[]): Promise<CliRun> =>
  cli([...argv, '--server', `sandbox:${lab.dir}`], {cwd: lab.dir});

const withSettings = async (text: string): Promise<Lab> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await mkdir(lab.stateDir, {recursive: true, mode: 0o700});
  await writeFile(settingsFile(lab.stateDir), text);
  return lab;
};

const rowsOf = async (lab: Lab): Promise<readonly SettingRow[]> =>
  JSON.parse((await stop(lab, 'settings', 'show', '--json')).stdout).data.rows;

test('every key of the schema is shown with what counts, also where nobody wrote it', () => {
  const rows = settingRows({server: '', organization: ''});
  const keys = keysIn(serverSettingsFile).filter((key) => key !== '$schema');
  expect(keys.length).toBeGreaterThan(30);
  expect(rows.map(({key}) => key).toSorted()).toEqual(keys.toSorted());
  expect(rows.filter(({value, from}) => value === '' || from !== 'default')).toEqual([]);
});

test('modes of single mitigations and the place of a secret stand where the whole would', () => {
  const server =
    'agent: {modes: {M1: auto}}\nnotification: {mail: {server: smtp.acme.example, password: {file: /etc/pw}}}\n';
  const rows = settingRows({server, organization: 'agent: {modes: {M2: window}}\n'});
  const told = rows.map(({key, value, from}) => `${key} ${value} ${from}`);
  const at = told.indexOf('agent.mode observe default');
  expect(told.slice(at + 1, at + 3)).toEqual(['agent.modes.M2 window organization', 'agent.modes.M1 auto server']);
  expect(told).toContain('notification.mail.password.file /etc/pw server');
  expect(rows.map(({key}) => key)).not.toContain('agent.modes');
});

test('the text groups all of it, and tells whose word each is', async () => {
  const {stdout} = await stop(await withSettings('approvals: 1\n'), 'settings', 'show');
  expect(stdout).toMatch(/^approvals +server +1$/m);
  expect(stdout).toMatch(/^proxy .*\n\nagent\.mode +default +observe$/m);
  expect(stdout).toMatch(/\n\nnotification\.mail\.server +default +none: no mail$/m);
});

test('an organisation whose file was never read is shown to enable nothing', async () => {
  const lab = await withSettings('organization: {file: /nowhere/organization.yaml}\n');
  const told = {key: 'mitigationsEnabled', value: 'false', from: 'organization'};
  expect(await rowsOf(lab)).toContainEqual(told);
});

test('the password of a proxy is shown by no command, in no form', async () => {
  const lab = await withSettings('');
  const {dir, stateDir} = lab;
  const proxy = 'http://jane:hunter2@proxy.acme.example:8080';
  const said: CliRun[] = [
    await stop(lab, 'settings', 'set', 'proxy', proxy, '--reason', 'CHG-1'),
    await stop(lab, 'settings', 'set', 'proxy', proxy, '--reason', 'CHG-1', '--json'),
    await stop(lab, 'settings', 'show'),
    await stop(lab, 'settings', 'show', '--json'),
    await stop(lab, 'log'),
    await stop(lab, 'log', '--json'),
    await stop(lab, 'log', '--csv', 'log.csv'),
  ];
  expect(said.map(({exitCode}) => exitCode)).toEqual(said.map(() => 0));
  const texts = [...said.flatMap(({stdout, stderr}) => [stdout, stderr]), await readFile(join(dir, 'log.csv'), 'utf8')];
  for (const text of texts) expect(text).not.toContain('hunter2');
  expect(texts.filter((text) => /jane:\[redacted sha256:[0-9a-f]{8}\]@proxy/.test(text)).length).toBeGreaterThan(4);
  expect(await readFile(settingsFile(stateDir), 'utf8')).toContain(proxy);
});

test('a key that is not there is not removed, and that is said', async () => {
  const {exitCode, stdout} = await stop(
    await withSettings(''),
    'settings',
    'set',
    'proxy',
    '--remove',
    '--reason',
    'x',
  );
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^proxy is not there, nothing to remove \(.*settings\.yaml\)\n/);
});
