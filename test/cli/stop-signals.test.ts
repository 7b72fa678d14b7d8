import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readState} from '../../src/operations/state.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {cli} from './collect.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');

/** Runs a command in a process of its own and signals it when it says something. */
const signalled = async (
  lab: Lab,
  args: readonly string[],
  when: {readonly says: string; readonly signal: NodeJS.Signals},
): Promise<{exitCode: number | null; said: string}> => {
  const child = spawn(process.execPath, [main, ...args, '--server', `sandbox:${lab.dir}`, '--log-format', 'text']);
  let said = '';
  let sent = false;
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text: Buffer) => {
      said += text.toString();
      if (sent || !said.includes(when.says)) return;
      sent = true;
      child.kill(when.signal);
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return {exitCode, said};
};

const run = (lab: Lab, ...args: readonly string[]) => cli(['--server', `sandbox:${lab.dir}`, ...args], {cwd: lab.dir});

test('a signal stops apply and recover behind the step that runs, and says how to go on', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const before = lab.machine();
  const plan = join(lab.dir, 'plan.json');
  expect(await run(lab, 'plan', 'M1', 'M2', '-o', plan)).toMatchObject({exitCode: 0});

  const stopped = await signalled(lab, ['apply', plan, '--now'], {says: 'appcmd', signal: 'SIGTERM'});
  expect(stopped.said).toContain('stopping (SIGTERM): what runs now is finished first');
  expect(stopped.said).toMatch(/run r1: it was stopped \(SIGTERM\) after step 1 of \d+; that step is finished/);
  expect(stopped.said).toContain(`stopgap recover --server sandbox:${lab.dir}`);
  expect(stopped.exitCode).toBe(5);
  const {state} = await readState(lab.stateDir);
  expect(state.unfinished?.runId).toBe('r1');
  expect(state.unfinished?.progress.open, 'no command is open').toBeUndefined();

  const warning = `run r1 was interrupted and is not in order yet; first: stopgap recover --server sandbox:${lab.dir}`;
  expect((await run(lab, 'plan', 'M1')).stdout).toContain(warning);
  const asJson = await run(lab, 'plan', 'M1', '--json');
  expect(asJson.stderr).toContain(warning);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ok: true});

  expect(await run(lab, 'recover')).toMatchObject({exitCode: 0});
  expect((await run(lab, 'plan', 'M1')).stdout).not.toContain('warning: run');
  expect(lab.machine()).toEqual(before);
  expect((await readState(lab.stateDir)).state.unfinished).toBeUndefined();
}, 120_000);

test('a signal while a rollback takes several steps leaves the rest to recover', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await lab.applied(await lab.plan(['M1', 'M2']));
  const stopped = await signalled(lab, ['rollback', '--all'], {says: 'appcmd', signal: 'SIGINT'});
  expect(stopped.said).toMatch(/run r2: it was stopped \(SIGINT\) after step 1 of \d+/);
  expect(stopped.exitCode).toBe(5);
  expect(await run(lab, 'recover', '--complete')).toMatchObject({exitCode: 0});
  expect((await readState(lab.stateDir)).state.mitigations.size).toBe(0);
}, 120_000);
