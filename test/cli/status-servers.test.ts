import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {expect, test} from 'vitest';
import {fixture, makeLab} from '../support/lab.ts';
import {cli} from './collect.ts';

test('several servers are one table and one CSV, and who cannot be read is a row that says so', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await lab.applied(await lab.plan(['M1']));
  await writeFile(join(lab.stateDir, 'settings.yaml'), 'mitigationsBlocked: [M2]\n');
  const other = await makeLab(fixture('exchange-se'));
  const state = relative(lab.dir, lab.stateDir);
  const list = ['sandbox:.', `sandbox:${other.dir}`, 'sandbox:nowhere', state, other.dir].join(',');
  const args = ['status', '--servers', list, '--csv', 'fleet.csv', '--detailed-exitcode'];
  const {stdout, exitCode} = await cli(args, {cwd: lab.dir});
  expect(exitCode).toBe(2);
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
  expect(rows[0]).toEqual(['Server', 'ID', 'Type', 'Description', 'Status']);
  const wordOf = (server: string, id: string): readonly (string | undefined)[] =>
    rows.filter(([first, second]) => first === server && second === id).map((row) => row.at(-1));
  expect(wordOf('MAIL19B (sandbox:.)', 'M1')).toEqual(['Active']);
  expect(wordOf(`MAIL19B (${state})`, 'M1')).toEqual(['Applied']);
  expect(wordOf('MAIL19B (sandbox:.)', 'M2')).toEqual(['Blocked']);
  expect(wordOf(`MAIL19B (${state})`, 'M2')).toEqual(['Blocked']);
  expect(wordOf('MAILSE', 'M2')).toEqual(['Not applied']);
  expect(rows.find(([first]) => first === 'sandbox:nowhere')?.at(-1)).toBe('Unreadable');
  expect(stdout).toContain(`! ${other.dir}: ${other.dir} is no state folder`);
  expect(stdout).toContain(`! MAIL19B (${state}): by its journals alone, the server was not looked at`);
  const csv = (await readFile(join(lab.dir, 'fleet.csv'), 'utf8')).trimEnd().split('\r\n');
  expect(csv[0]).toBe('"Server","ID","Type","Description","Status","Run","Since","Details"');
  expect(csv.filter((line) => line.endsWith('"Unreadable","","",""'))).toHaveLength(2);
});

test('a state folder that others can read is a row that says how to close it', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await mkdir(join(lab.stateDir, 'runs'), {recursive: true});
  await chmod(lab.stateDir, 0o755);
  const {stdout} = await cli(['status', '--servers', lab.stateDir, '--json']);
  const {data} = JSON.parse(stdout);
  expect(data.servers[0].rows).toMatchObject([{status: 'Unreadable', description: expect.stringContaining('STATE.')}]);
});
