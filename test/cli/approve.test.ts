import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from '../../src/cli/run-cli.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {fixture, testFolder} from '../support/lab.ts';

const stopgap = async (cwd: string, ...argv: readonly string[]): Promise<{exitCode: number; text: string}> => {
  const parts: string[] = [];
  const output = {write: (part: string) => parts.push(part)};
  const io = {stdout: output, stderr: output, now: () => new Date(), cwd, env: {}};
  const exitCode = await runCli([...argv, '--server', 'sandbox:lab'], io);
  return {exitCode, text: parts.join('')};
};

test('where the settings ask for an approval, apply refuses until approve was typed', async () => {
  const cwd = await testFolder();
  await createSandbox(join(cwd, 'lab'), {from: fixture('exchange2019-cu12')});
  await mkdir(join(cwd, 'lab/.stopgap/state'), {recursive: true, mode: 0o700});
  await writeFile(join(cwd, 'lab/.stopgap/state/settings.yaml'), 'approvals: 1\n');
  expect(await stopgap(cwd, 'plan', 'M1', '-o', 'plan.json')).toMatchObject({exitCode: 0});
  expect(await stopgap(cwd, 'apply', 'plan.json', '--now')).toMatchObject({
    exitCode: 3,
    text: expect.stringContaining('APPLY.NOT_APPROVED'),
  });
  expect(await stopgap(cwd, 'approve', 'plan.json', '--reason', 'CHG-1')).toMatchObject({exitCode: 0});
  expect(await stopgap(cwd, 'apply', 'plan.json', '--now')).toMatchObject({
    exitCode: 0,
    text: expect.stringContaining('run r1 applied'),
  });
}, 120_000);
