import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {existsSync, openSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {expect, test} from 'vitest';
import {readState} from '../../src/operations/state.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {cli} from './collect.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');

interface When {
  readonly says: string;
  readonly signal: NodeJS.Signals;
  /** What else happens at that moment. */
  readonly and?: (child: ChildProcessByStdio<null, Readable, Readable>) => void;
}

/** Runs a command in a process of its own and signals it when it says something. */
const signalled = async (
  lab: Lab,
  args: readonly string[],
  when: When,
): Promise<{exitCode: number | null; said: string}> => {
  const child = spawn(process.execPath, [main, ...args, '--server', `sandbox:${lab.dir}`, '--log-format', 'text'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let sent = false;
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text: Buffer) => {
      said += text.toString();
      if (sent || !said.includes(when.says)) return;
      sent = true;
      child.kill(when.signal);
      when.and?.(child);
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

test('a terminal that goes away stops apply behind the step that runs, although nobody can be told any more', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const plan = join(lab.dir, 'plan.json');
  expect(await run(lab, 'plan', 'M1', 'M2', '-o', plan)).toMatchObject({exitCode: 0});
  const stopped = await signalled(lab, ['apply', plan, '--now'], {
    says: 'appcmd',
    signal: 'SIGHUP',
    and: (child) => {
      child.stdout.destroy();
      child.stderr.destroy();
      // The kernel and the shell say it one after the other: that is no "once more".
      setTimeout(() => child.kill('SIGHUP'), 100);
    },
  });
  expect(stopped.exitCode).toBe(5);
  const {state} = await readState(lab.stateDir);
  expect(state.unfinished?.progress.open, 'no command is open').toBeUndefined();
  expect([...(state.unfinished?.progress.steps.values() ?? [])]).toMatchObject([{status: 'done'}]);
  expect(await run(lab, 'recover')).toMatchObject({exitCode: 0});
}, 120_000);

test('a signal while an upgrade is prepared leaves the rest to recover', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const pool = join(lab.dir, 'ORG-ECP.yaml');
  const action = '  - type: AppPool\n    description: The pool of /ecp.\n    pool: MSExchangeECPAppPool\n';
  await writeFile(pool, `id: ORG-ECP\ndescription: Switches the Exchange admin center off.\nactions:\n${action}`);
  await lab.applied(await lab.plan([pool]));
  const off = lab.machine();
  const stopped = await signalled(lab, ['prepare-upgrade'], {says: 'appcmd', signal: 'SIGTERM'});
  expect(stopped.said).toMatch(/run r2: it was stopped \(SIGTERM\) after step 1 of \d+/);
  expect(stopped.exitCode).toBe(5);
  expect((await readState(lab.stateDir)).state.unfinished?.progress.open).toBeUndefined();
  expect(await run(lab, 'recover')).toMatchObject({exitCode: 0});
  expect(lab.machine()).toEqual(off);
}, 120_000);

test.runIf(existsSync('/dev/full'))(
  'a full disk that takes no output ends no apply, and shows in its exit code',
  async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const plan = join(lab.dir, 'plan.json');
    expect(await run(lab, 'plan', 'M1', '-o', plan)).toMatchObject({exitCode: 0});
    const full = openSync('/dev/full', 'w');
    const args = [main, 'apply', plan, '--now', '--json', '--server', `sandbox:${lab.dir}`];
    const child = spawn(process.execPath, args, {stdio: ['ignore', full, 'pipe']});
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(said).toContain('Not all of the output could be written: ENOSPC');
    expect((await readState(lab.stateDir)).state.runs).toMatchObject([{outcome: 'done'}]);
  },
  120_000,
);
