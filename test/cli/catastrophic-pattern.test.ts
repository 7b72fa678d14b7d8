import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fixture, makeLab} from '../support/lab.ts';
import {cli} from './collect.ts';

/** M1 with a pattern whose time doubles with every letter, and no probes. */
const catastrophe = async (): Promise<string> => {
  const text = await readFile(join(import.meta.dirname, '../../plans/M1.yaml'), 'utf8');
  return text.replace('(?=.*autodiscover)(?=.*powershell)', '(a+)+$').replace(/^probes:\n(?: .*\n)*/m, '');
};

test('a catastrophic pattern is refused, and where it is accepted a trace of a long request still comes to its end', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const run = (...argv: readonly string[]) => cli(['--server', `sandbox:${lab.dir}`, ...argv], {cwd: lab.dir});
  await writeFile(join(lab.dir, 'evil.yaml'), await catastrophe());

  const refused = JSON.parse((await run('plan', 'evil.yaml', '-o', 'plan.json', '--json')).stdout);
  expect(refused).toMatchObject({ok: false, message: expect.stringContaining('REWRITE.EXPONENTIAL')});
  const accept = ['--accept', 'REWRITE.EXPONENTIAL', '--reason', 'to see what it does'];
  expect(await run('plan', 'evil.yaml', '-o', 'plan.json', ...accept)).toMatchObject({exitCode: 0});

  const start = performance.now();
  const {stdout} = await run('trace', `/owa/?${'a'.repeat(8000)}!`, '--with', 'plan.json');
  // A budget of steps, not of time: seconds only where the machine is busy.
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(stdout).toContain('not known for certain: a pattern of exponential growth took more than');
});
