import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, onTestFinished, test} from 'vitest';
import {applyPlan} from '../../src/operations/apply-plan.ts';
import {takeBackExpired} from '../../src/operations/expired-confirm.ts';
import {putInOrder} from '../../src/operations/put-in-order.ts';
import {readState} from '../../src/operations/state.ts';
import {advanceClock} from '../../src/server/sandbox/runtime.ts';
import {readStartUpTasks} from '../../src/server/sandbox/start-up-tasks.ts';
import {contextOf, fixture, type Lab, makeLab} from '../support/lab.ts';

/* Real processes where the death of one is the point; simulated time passes at once. */

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const run = promisify(execFile);

const pool = `id: ORG-ECP
description: Switches the Exchange admin center off.
actions:
  - type: AppPool
    description: The pool of /ecp.
    pool: MSExchangeECPAppPool
`;

const isError = (error: unknown): error is {code: number; stdout: string; stderr: string} =>
  typeof error === 'object' && error !== null && 'code' in error && 'stdout' in error;

const stopgap = async (lab: Lab, ...args: readonly string[]) => {
  try {
    const {stdout, stderr} = await run(process.execPath, [main, ...args, '--server', `sandbox:${lab.dir}`]);
    return {exitCode: 0, text: stdout + stderr};
  } catch (error) {
    if (!isError(error)) throw error;
    return {exitCode: error.code, text: error.stdout + error.stderr};
  }
};

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const until = async (holds: () => Promise<boolean> | boolean, seconds = 60): Promise<void> => {
  for (let tries = 0; tries < seconds * 5; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('it does not come to that');
};

const watchdogOf = async (lab: Lab): Promise<number> => {
  const {stdout} = await run('ps', ['-eo', 'pid,args']);
  const line = stdout.split('\n').find((text) => text.includes('watch-confirms') && text.includes(lab.dir));
  return Number(line?.trim().split(' ')[0]);
};

/** Applies M1, M2 and a pool and waits for the confirm, in a process of its own. */
const waiting = async (lab: Lab): Promise<{applying: ChildProcess; watchdog: number}> => {
  const file = join(lab.dir, '../ORG-ECP.yaml');
  const plan = join(lab.dir, '../plan.json');
  await writeFile(file, pool);
  expect(await stopgap(lab, 'plan', 'M1', 'M2', file, '-o', plan)).toMatchObject({exitCode: 0});
  const args = ['apply', plan, '--now', '--confirm-within', '1m', '--server', `sandbox:${lab.dir}`];
  const applying = spawn(process.execPath, [main, ...args], {stdio: ['ignore', 'pipe', 'ignore']});
  let said = '';
  applying.stdout?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  await until(() => said.includes('is taken back unless'));
  const watchdog = await watchdogOf(lab);
  onTestFinished(() => {
    for (const pid of [applying.pid, watchdog]) if (pid && alive(pid)) process.kill(pid, 'SIGKILL');
  });
  return {applying, watchdog};
};

describe('a run that nobody confirms', {timeout: 180_000}, () => {
  test('is taken back by the watchdog when the process that applied it was killed', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const before = lab.machine();
    const {applying, watchdog} = await waiting(lab);
    expect(alive(watchdog)).toBe(true);
    applying.kill('SIGKILL');
    expect((await stopgap(lab, 'status')).text).toContain('run r1 waits for its confirm');
    advanceClock(lab.dir, new Date(), 61_000);
    await until(() => !alive(watchdog));
    const status = await stopgap(lab, 'status');
    expect(status.text).toMatch(/run r1 was not confirmed by \S+: the watchdog took it back with run r2/);
    expect(status.exitCode).toBe(0);
    expect(lab.machine().pools).toEqual(before.pools);
    expect(await lab.read('C:\\inetpub\\wwwroot\\web.config')).not.toContain('stopgap');
  });

  test('without a watchdog too: status says so and touches nothing, recover takes it back', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const {applying, watchdog} = await waiting(lab);
    process.kill(watchdog, 'SIGKILL');
    applying.kill('SIGKILL');
    advanceClock(lab.dir, new Date(), 61_000);
    const applied = await lab.tree();
    const status = await stopgap(lab, 'status');
    expect(status).toMatchObject({exitCode: 5});
    expect(status.text).toContain('expired, not rolled back');
    expect(await lab.tree()).toEqual(applied);
    expect((await readState(lab.stateDir)).runs).toHaveLength(1);
    const recovered = await stopgap(lab, 'recover');
    expect(recovered).toMatchObject({exitCode: 0});
    expect(recovered.text).toContain('taken back by run r2');
    expect((await stopgap(lab, 'status')).text).toContain('the next command took it back with run r2');
  });

  test('is taken back by the task at start-up when everything was killed and the server restarted', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const before = await lab.tree();
    const {applying, watchdog} = await waiting(lab);
    process.kill(watchdog, 'SIGKILL');
    applying.kill('SIGKILL');
    // A restart takes three simulated minutes: the deadline passes while the server is down.
    expect((await stopgap(lab, 'sandbox', 'reboot', lab.dir)).text).toContain('task stopgap-confirm started');
    await until(async () => (await readStartUpTasks(lab.dir)).length === 0);
    const status = await stopgap(lab, 'status');
    expect(status.text).toContain('the task at start-up took it back with run r2');
    expect(status.exitCode).toBe(0);
    expect((await readState(lab.stateDir)).state.pendingConfirms).toEqual([]);
    expect(Object.keys(await lab.tree())).toEqual(Object.keys(before));
    expect(await lab.read('C:\\inetpub\\wwwroot\\web.config')).not.toContain('stopgap');
  });

  test('stays with the watchdog when Ctrl-C ends the waiting, which says how to confirm', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const {applying, watchdog} = await waiting(lab);
    let said = '';
    applying.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
    });
    const ended = new Promise((resolve) => applying.once('close', resolve));
    applying.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(said).toMatch(/the watchdog goes on: run r1 is taken back unless .*: stopgap confirm r1 --server sandbox:/);
    expect(alive(watchdog)).toBe(true);
    expect((await readState(lab.stateDir)).state.pendingConfirms).toHaveLength(1);
  });

  test('is kept once it is confirmed: the process that waits says so and the watchdog ends', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const {applying, watchdog} = await waiting(lab);
    const ended = new Promise((resolve) => applying.once('exit', resolve));
    expect(await stopgap(lab, 'confirm', 'r1')).toMatchObject({exitCode: 0});
    expect(await ended).toBe(0);
    await until(() => !alive(watchdog));
    expect(await readStartUpTasks(lab.dir)).toEqual([]);
    advanceClock(lab.dir, new Date(), 3_600_000);
    expect((await stopgap(lab, 'status')).exitCode).toBe(0);
    expect((await readState(lab.stateDir)).runs).toHaveLength(1);
  });
});

const apply = async (lab: Lab, id: string, guard: (() => Promise<readonly string[]>) | undefined) => {
  const common = {now: true, reason: 'x', window: undefined, by: 'admin', onEvent: () => undefined};
  return applyPlan(await lab.plan([id]), lab.server, {
    ...common,
    context: contextOf(lab),
    confirmWithinMs: 60_000,
    guard,
  });
};
const guarded = async (): Promise<readonly string[]> => [];
const next = (lab: Lab) =>
  ({stateDir: lab.stateDir, actor: 'next-command', by: 'admin', onEvent: () => undefined}) as const;

describe('a confirm', () => {
  test('that nobody could act on is refused before anything is changed', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const before = await lab.tree();
    await expect(apply(lab, 'M1', undefined)).rejects.toMatchObject({code: 'APPLY.CONFIRM_UNGUARDED', exitCode: 3});
    const broken = () => Promise.reject(new Error('it ended at once'));
    await expect(apply(lab, 'M1', broken)).rejects.toThrow('it ended at once');
    expect(await lab.tree()).toEqual(before);
    expect((await readState(lab.stateDir)).runs).toEqual([]);
  });

  test('that expired is taken back by the next apply, which then does its own work', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await apply(lab, 'M1', guarded);
    advanceClock(lab.dir, new Date(), 61_000);
    const end = await lab.apply(await lab.plan(['M2']));
    expect(end).toMatchObject({did: 'applied', takenBack: [{run: 'r1', by: 'r2'}], result: {outcome: 'done'}});
    expect([...(await readState(lab.stateDir)).state.mitigations.keys()]).toEqual(['M2']);
  });

  test('that expired is taken back by a rollback of something else, before it does its own work', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await lab.applied(await lab.plan(['M2']));
    await apply(lab, 'M1', guarded);
    advanceClock(lab.dir, new Date(), 61_000);
    await lab.rollBack({target: 'M2'});
    const {state} = await readState(lab.stateDir);
    expect(state.runs.map(({kind}) => kind)).toEqual(['apply', 'apply', 'expired-confirm', 'rollback']);
    expect(state.mitigations.size).toBe(0);
  });

  test('outlives a reboot of the server', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await apply(lab, 'M1', guarded);
    const {reboot} = await import('../../src/server/sandbox/restart.ts');
    reboot(lab.dir, new Date());
    const {takenBack} = await putInOrder(lab.server, {...next(lab), choice: 'undo'});
    expect(takenBack).toMatchObject([{run: 'r1'}]);
  });

  test('whose run cannot be taken back says why, and leaves it to a person', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await apply(lab, 'M1', guarded);
    const config = 'C:\\inetpub\\wwwroot\\web.config';
    await lab.write(config, (await lab.read(config)).replace('AbortRequest', 'None'));
    advanceClock(lab.dir, new Date(), 61_000);
    await expect(takeBackExpired(lab.server, next(lab))).rejects.toMatchObject({
      code: 'CONFIRM.NOT_TAKEN_BACK',
      exitCode: 5,
    });
    const {state} = await readState(lab.stateDir);
    expect(state.runs[0]?.expiry).toMatchObject({
      actor: 'next-command',
      failed: expect.stringContaining('CHANGED_SINCE'),
    });
    expect(state.pendingConfirms).toHaveLength(1);
    expect(await lab.read(config)).toContain('None');
  });
});
