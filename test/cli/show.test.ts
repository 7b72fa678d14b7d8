import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {samplePlan} from '../preview/sample-plan.ts';
import {cli} from './collect.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'stopgap-show-'));
  await writeFile(join(cwd, 'plan.json'), canonicalJson(samplePlan()));
});
afterEach(() => rm(cwd, {recursive: true}));

test('a plan file is shown, with the command that applies it last', async () => {
  const {exitCode, stdout} = await cli(['show', 'plan.json'], {cwd});
  expect(exitCode).toBe(0);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('  stopgap apply plan.json --server sandbox:./lab --now');
});

test('--json gives the plan itself', async () => {
  const {stdout} = await cli(['show', 'plan.json', '--json'], {cwd});
  expect(JSON.parse(stdout)).toEqual({ok: true, code: 'PLAN.SHOWN', data: samplePlan()});
});

test('-o writes the page and leaves standard output to say so', async () => {
  const {stdout} = await cli(['show', 'plan.json', '--format', 'html', '-o', 'plan.html'], {cwd});
  expect(stdout).toBe('plan.html written\n');
  expect(await readFile(join(cwd, 'plan.html'), 'utf8')).toMatch(/^<!doctype html>/);
});

test('-o never writes over the plan', async () => {
  const {exitCode, stderr} = await cli(['show', 'plan.json', '-o', './plan.json'], {cwd});
  expect(exitCode).toBe(3);
  expect(stderr).toContain('USAGE.OUTPUT_IS_INPUT');
  expect(JSON.parse(await readFile(join(cwd, 'plan.json'), 'utf8'))).toEqual(samplePlan());
});

test.each([
  ['PLAN.UNREADABLE', undefined],
  ['PLAN.MALFORMED', '{"planId":'],
  ['PLAN.MALFORMED', '{"planId": 7}'],
  ['PLAN.ALTERED', canonicalJson({...samplePlan(), body: samplePlan({steps: []}).body})],
])('%s: a file that is not a sealed plan is refused', async (code, content) => {
  await rm(join(cwd, 'plan.json'));
  if (content !== undefined) await writeFile(join(cwd, 'plan.json'), content);
  const {exitCode, stdout} = await cli(['show', 'plan.json', '--json'], {cwd});
  expect(exitCode).toBe(3);
  const {message, next, ...answer} = JSON.parse(stdout);
  expect(answer).toMatchObject({ok: false, code, where: {file: 'plan.json'}});
  expect(message).not.toContain('ENOENT');
  expect(next).toMatchObject([{command: 'stopgap plan ... -o plan.json'}]);
});
