import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {cli} from './collect.ts';

const fixture = join(import.meta.dirname, '../../fixtures/iis/servers/exchange2019-cu12');
const server = ['--server', 'sandbox:lab'];

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'stopgap-apply-'));
  await cli(['sandbox', 'create', 'lab', '--from', fixture], {cwd});
  expect((await cli(['plan', 'M1', ...server, '-o', 'plan.json'], {cwd})).exitCode).toBe(0);
});
afterEach(() => rm(cwd, {recursive: true}));

const objects = (text: string): readonly Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('apply --json tells each event when it happens and the answer last', async () => {
  const {exitCode, stdout} = await cli(['apply', 'plan.json', '--now', '--json', ...server], {cwd});
  const lines = objects(stdout);
  expect(exitCode).toBe(0);
  expect(lines[0]).toMatchObject({run: 'r1', type: 'run.started'});
  expect(lines.map(({type}) => type)).toContain('command.intended');
  expect(lines.at(-1)).toMatchObject({ok: true, code: 'APPLY.DONE', data: {runId: 'r1'}});
});

test('a failed apply --json has told its events too, and ends with the refusal', async () => {
  await cli(['sandbox', 'fault', 'lab', 'access-denied'], {cwd});
  const {exitCode, stdout} = await cli(['apply', 'plan.json', '--now', '--json', ...server], {cwd});
  const lines = objects(stdout);
  expect(exitCode).toBe(4);
  expect(lines.map(({type}) => type)).toContain('step.failed');
  expect(lines.at(-1)).toMatchObject({ok: false, code: 'APPLY.FAILED_RESTORED'});
});

test('rollback --json is one object', async () => {
  await cli(['apply', 'plan.json', '--now', ...server], {cwd});
  const {stdout} = await cli(['rollback', '--json', ...server], {cwd});
  expect(objects(stdout)).toHaveLength(1);
  expect(objects(stdout)[0]).toMatchObject({ok: true, code: 'ROLLBACK.DONE'});
});
