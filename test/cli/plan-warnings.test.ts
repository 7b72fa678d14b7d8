import {readFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {fixture, type Lab, makeLab, testFolder} from '../support/lab.ts';
import {signing} from '../support/test-authority.ts';
import {type CliRun, cli} from './collect.ts';

/** A server, a signed feed with M1, and `plan` of it at some time. */
const published = async (): Promise<{lab: Lab; plan: (...more: readonly string[]) => Promise<CliRun>}> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const cwd = await testFolder();
  const done = async (...argv: readonly string[]): Promise<void> =>
    expect(await cli(argv, {cwd})).toMatchObject({exitCode: 0});
  await done('feed', 'make-test-ca', 'ca');
  await done('feed', 'build', resolve('plans', 'M1.yaml'), '-o', 'unsigned.xml', '--serial', '1');
  await done(...signing('unsigned.xml', 'feed.xml'));
  const plan = (...more: readonly string[]): Promise<CliRun> =>
    cli(['plan', 'feed.xml', '--profile', 'ca/profile.yaml', '--server', `sandbox:${lab.dir}`, ...more], {cwd});
  return {lab, plan};
};

test('what feed verify warns of stands below the plan of that feed, and in no plan', async () => {
  const {lab, plan} = await published();
  const warning = /^warning: feed feed\.xml: .* ends on \d{4}-/m;
  const [today, late] = [[], ['--at', '2027-10-20T00:00:00Z']];
  expect((await plan(...today)).stdout).not.toMatch(warning);
  const shown = await plan(...late);
  expect(shown.stdout).toMatch(warning);
  expect(shown.stdout.indexOf('warning: feed')).toBeGreaterThan(shown.stdout.indexOf('Summary'));
  const asJson = await plan(...late, '--json');
  expect(asJson.stderr).toMatch(warning);
  expect(asJson.stdout).not.toContain('ends on');
  const file = join(lab.dir, 'plan.json');
  expect(await plan(...late, '-o', file)).toMatchObject({exitCode: 0});
  expect(await readFile(file, 'utf8')).not.toContain('ends on');
});
