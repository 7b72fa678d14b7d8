import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {settingsFile} from '../../src/operations/settings/read-settings.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {cli} from '../cli/collect.ts';
import {fixture, testFolder} from '../support/lab.ts';

test('status warns above its table of settings that cannot be used, and tells what is active all the same', async () => {
  const cwd = await testFolder();
  const stateDir = join(cwd, 'lab/.stopgap/state');
  await createSandbox(join(cwd, 'lab'), {from: fixture('exchange2019-cu12')});
  await mkdir(stateDir, {recursive: true, mode: 0o700});
  const status = ['status', '--server', 'sandbox:lab'];
  await writeFile(settingsFile(stateDir), 'agent: {mode: observe}\n');
  const usable = await cli(status, {cwd});
  await writeFile(settingsFile(stateDir), 'agnt: 1\n');
  const faulty = await cli(status, {cwd});

  expect(usable.stdout).not.toContain('WARNING');
  expect(faulty.exitCode).toBe(0);
  expect(faulty.stdout).toMatch(/^WARNING: The settings cannot be used, .*agnt.* \[SETTINGS\.INVALID\]\n\n/);
  expect(faulty.stdout.endsWith(usable.stdout)).toBe(true);
  expect(JSON.parse((await cli([...status, '--json'], {cwd})).stdout).data.warning).toHaveLength(1);
});
