import {existsSync, readFileSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from '../../src/cli/run-cli.ts';
import {emptyMemory, writeMemory} from '../../src/operations/agent/memory.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {fixture, testFolder} from '../support/lab.ts';

const words =
  'WARNING: Connection with Mitigation Endpoint was not successful. To enable connectivity please refer: https://aka.ms/HelpConnectivityEEMS';

const statusAfter = async (problem: {code: string; message: string} | null, ...options: readonly string[]) => {
  const cwd = await testFolder();
  await createSandbox(join(cwd, 'lab'), {from: fixture('exchange2019-cu12')});
  const stateDir = join(cwd, 'lab/.stopgap/state');
  await mkdir(stateDir, {recursive: true, mode: 0o700});
  const lastSuccess = '2026-11-21T00:00:00.000Z';
  await writeMemory(stateDir, {...emptyMemory, feed: {...emptyMemory.feed, failures: 3, problem, lastSuccess}});
  const parts: string[] = [];
  const output = {write: (part: string) => parts.push(part)};
  const io = {stdout: output, stderr: output, now: () => new Date(), cwd, env: {}};
  expect(await runCli(['status', '--server', 'sandbox:lab', ...options], io)).toBe(0);
  return parts.join('');
};

const unreachable = {code: 'FEED.UNREACHABLE', message: 'https://feed.example/ cannot be reached'};

test('status says what Get-Mitigations says where the endpoint could not be reached, and what happened', async () => {
  expect((await statusAfter(unreachable)).split('\n').slice(0, 3)).toEqual([
    words,
    'The last 3 checks of the agent brought no feed (the last one that worked was at 2026-11-21T00:00:00.000Z): https://feed.example/ cannot be reached [FEED.UNREACHABLE]',
    '',
  ]);
  expect(JSON.parse(await statusAfter(unreachable, '--json')).data.warning[0]).toBe(words);
});

test('a feed that came and was not accepted is another warning, and one that was accepted is none', async () => {
  const refused = await statusAfter({code: 'SIGNATURE.INVALID', message: 'its signature does not fit'});
  expect(refused).toMatch(/^WARNING: The last 3 checks .* its signature does not fit \[SIGNATURE\.INVALID\]\n/);
  expect(refused).not.toContain('HelpConnectivityEEMS');
  expect(await statusAfter(null)).not.toContain('WARNING');
});

const facts = join(import.meta.dirname, '../../../shared/facts/eems-messages.json');
if (!existsSync(facts)) console.warn('SKIPPED: no published texts of the EM service in ../shared/facts');

test.skipIf(!existsSync(facts))('the words are those of Get-Mitigations', () => {
  expect(JSON.parse(readFileSync(facts, 'utf8')).getMitigations.warning).toBe(words);
});
