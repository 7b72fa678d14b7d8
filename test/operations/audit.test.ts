import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from '../../src/cli/run-cli.ts';
import {blockIds, unblockIds} from '../../src/operations/settings/block.ts';
import {changeSettings} from '../../src/operations/settings/change-settings.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import {fixture, testFolder} from '../support/lab.ts';

const setUp = async () => {
  const cwd = await testFolder();
  await createSandbox(join(cwd, 'lab'), {from: fixture('exchange2019-cu12')});
  const stateDir = join(cwd, 'lab/.stopgap/state');
  await mkdir(stateDir, {recursive: true, mode: 0o700});
  const stopgap = async (columns: number, ...argv: readonly string[]): Promise<string> => {
    const parts: string[] = [];
    const stdout = {write: (part: string) => parts.push(part), columns};
    const io = {stdout, stderr: {write: () => true}, now: () => new Date(), cwd, env: {}};
    const exitCode = await runCli([...argv, '--server', 'sandbox:lab'], io);
    expect(exitCode, parts.join('')).toBe(0);
    return parts.join('');
  };
  return {cwd, stateDir, stopgap};
};

const json = (text: string): readonly Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('the trail says who did what, when and why: approve, apply, confirm, rollback, settings, block', async () => {
  const {cwd, stateDir, stopgap} = await setUp();
  expect(await stopgap(110, 'log')).toBe('nothing was done here yet\n');
  await stopgap(110, 'plan', 'M1', '-o', 'plan.json');
  await stopgap(110, 'approve', 'plan.json', '--reason', 'CHG-1');
  await stopgap(110, 'apply', 'plan.json', '--now', '--reason', 'CHG-1, at once');
  await stopgap(110, 'rollback', 'M1', '--reason', 'it broke the portal');
  const server = await openSandbox(join(cwd, 'lab'));
  const eve = {stateDir, by: 'CONTOSO\\eve'};
  const mode = {what: 'set', key: 'agent.mode', level: 'server', change: () => 'window'} as const;
  await changeSettings(server, mode, {...eve, reason: 'CHG-2'});
  await blockIds(server, ['M1', 'M2.1'], {...eve, level: 'server', reason: 'CHG-3'});
  await unblockIds(server, ['M2.1'], {...eve, level: 'server', reason: 'CHG-4'});

  const entries = json(await stopgap(110, 'log', '--json'));
  const me = entries[0]?.['who'];
  expect(entries.map(({at, ...entry}) => entry)).toEqual([
    {
      who: me,
      did: 'approve',
      object: expect.stringMatching(/^plan [0-9a-f]{12}$/),
      mitigations: ['M1'],
      result: '',
      why: 'CHG-1',
    },
    {who: me, did: 'apply', object: 'r1', mitigations: ['M1'], result: 'done', why: 'CHG-1, at once'},
    {who: me, did: 'rollback', object: 'r2', mitigations: ['M1'], result: 'done', why: 'it broke the portal'},
    {
      who: 'CONTOSO\\eve',
      did: 'set',
      object: 'agent.mode',
      mitigations: [],
      result: 'nothing → "window"',
      why: 'CHG-2',
    },
    {who: 'CONTOSO\\eve', did: 'block', object: '', mitigations: ['M1', 'M2.1'], result: '', why: 'CHG-3'},
    {who: 'CONTOSO\\eve', did: 'unblock', object: '', mitigations: ['M2.1'], result: '', why: 'CHG-4'},
  ]);
  const times = entries.map(({at}) => String(at));
  expect(times).toEqual(times.toSorted());

  const found = async (...filter: readonly string[]) =>
    json(await stopgap(110, 'log', '--json', ...filter)).map(({did}) => did);
  expect(await found('--who', 'EVE')).toEqual(['set', 'block', 'unblock']);
  expect(await found('--mitigation', 'm01', '--who', 'eve')).toEqual(['block']);
  expect(await found('--since', '1h')).toHaveLength(6);
  expect(await stopgap(110, 'log', '--since', '2100-01-01T00:00:00Z')).toBe(
    'nothing fits; 6 left out by --since, --who or --mitigation\n',
  );

  await stopgap(110, 'log', '--csv', 'trail.csv');
  const csv = await readFile(join(cwd, 'trail.csv'), 'utf8');
  expect(csv.split('\r\n')[0]).toBe('"When","Who","Did","Object","Mitigations","Result","Why"');
  expect(csv).toContain('"CONTOSO\\eve","set","agent.mode","","nothing → ""window""","CHG-2"');

  for (const columns of [60, 80, 120]) {
    const widest = Math.max(...(await stopgap(columns, 'log')).split('\n').map((line) => line.length));
    expect(widest, `at ${columns} columns`).toBeLessThanOrEqual(columns);
  }
}, 120_000);

test('a trail with a damaged journal is refused, not told in part', async () => {
  const {cwd, stateDir, stopgap} = await setUp();
  await stopgap(110, 'plan', 'M1', '-o', 'plan.json');
  await stopgap(110, 'apply', 'plan.json', '--now');
  const journal = join(stateDir, 'runs/r1/journal.jsonl');
  await writeFile(journal, (await readFile(journal, 'utf8')).replace('"kind":"apply"', '"kind":"adopt"'));
  const parts: string[] = [];
  const output = {write: (part: string) => parts.push(part)};
  const io = {stdout: output, stderr: output, now: () => new Date(), cwd, env: {}};
  expect(await runCli(['log', '--server', 'sandbox:lab'], io)).toBe(3);
  expect(parts.join('')).toContain('JOURNAL.DAMAGED');
}, 120_000);
