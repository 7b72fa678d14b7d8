import {existsSync, readFileSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {connectivityOf} from '../../src/operations/doctor/connectivity.ts';
import {cli} from '../cli/collect.ts';
import {runProbe} from '../learn/probe-run.ts';
import {makeCase} from './surgery.ts';

const endpointIs = (verdict: 'good' | 'bad') =>
  [{id: 'endpoint', title: '', verdict, evidence: '', remedy: []}] as const;

const facts = join(import.meta.dirname, '../../../shared/facts/eems-messages.json');
if (!existsSync(facts)) console.warn('SKIPPED: no published texts of the EM service in ../shared/facts');

test.skipIf(!existsSync(facts))('both texts are those of Test-MitigationServiceConnectivity', () => {
  const {testConnectivity} = JSON.parse(readFileSync(facts, 'utf8'));
  const said = (verdict: 'good' | 'bad'): string => {
    const {result, message} = connectivityOf(endpointIs(verdict)) ?? {};
    return `Result: ${result}.\nMessage: ${message}`;
  };
  expect(said('good')).toBe(testConnectivity.success);
  expect(said('bad')).toBe(testConnectivity.failed);
});

test('exit code 2 only where something is bad and the code is asked for', async () => {
  const ill = await makeCase('plain-iis');
  const doctor = ['doctor', '--offline', '--server', `sandbox:${ill.dir}`];
  expect((await cli(doctor)).exitCode).toBe(0);
  const asked = await cli([...doctor, '--detailed-exitcode', '--json']);
  expect(asked.exitCode).toBe(2);
  expect(JSON.parse(asked.stdout)).toMatchObject({
    ok: true,
    code: 'DOCTOR.BAD',
    data: {hostName: 'WEB01', counts: {bad: 1}},
  });
  const well = await makeCase('exchange-se');
  expect((await cli(['doctor', '--offline', '--detailed-exitcode', '--server', `sandbox:${well.dir}`])).exitCode).toBe(
    0,
  );
});

test('each remedy is a command for the server that was named', async () => {
  const {dir} = await makeCase('exchange-se');
  const {stdout} = await cli(['doctor', '--offline', '--server', `sandbox:${dir}`]);
  const commands = stdout.split('\n').filter((line) => /^ +stopgap /.test(line));
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((line) => !line.endsWith(`--server sandbox:${dir}`))).toEqual([]);
  expect(
    Math.max(
      ...stdout
        .split('\n')
        .filter((line) => !line.includes(dir))
        .map(({length}) => length),
    ),
  ).toBeLessThanOrEqual(110);
});

test('what a probe found out is kept for its appcmd, and told for a sandbox', async () => {
  const {dir, stateDir} = await makeCase('exchange2019-cu12');
  await writeFile(join(dir, 'probe.json'), await runProbe({emptyParents: 'leave'}));
  const {stdout, exitCode} = await cli(['doctor', '--learn', join(dir, 'probe.json'), '--server', `sandbox:${dir}`]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Learnt of appcmd 10.0.17763.1');
  expect(stdout).toContain('emptyParents: leave');
  expect(stdout).toMatch(/"behaviour": \{.*"emptyParents":"leave"/);
  expect(stdout).toContain('The appcmd of this server is another one, IIS 10.0 simulated');
  const kept = JSON.parse(await readFile(join(stateDir, 'appcmd-capabilities.json'), 'utf8'));
  expect(kept['appcmd 10.0.17763.1']).toMatchObject({emptyParents: 'leave'});
});

test('a file that no probe wrote is refused, and nothing is kept', async () => {
  const {dir, stateDir} = await makeCase('exchange2019-cu12');
  const {exitCode, stderr} = await cli(['doctor', '--learn', join(dir, 'server.json'), '--server', `sandbox:${dir}`]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('[PROBE.INVALID]');
  expect(existsSync(stateDir)).toBe(false);
});
