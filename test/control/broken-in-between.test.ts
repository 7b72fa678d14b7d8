import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {sha256} from '../../src/kit/hash.ts';
import {readState} from '../../src/operations/state.ts';
import {watchConfirms} from '../../src/operations/watch-confirms.ts';
import {planBody} from '../../src/plan/model.ts';
import {sealPlan} from '../../src/plan/seal.ts';
import {advanceClock} from '../../src/server/sandbox/runtime.ts';
import type {Server} from '../../src/server/server.ts';
import {cli} from '../cli/collect.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

/* What others do to the server, the disk and the clock between a plan and its end. */

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const webConfig = 'C:\\inetpub\\wwwroot\\web.config';
const hostFile = (lab: Lab): string => join(lab.dir, 'C/inetpub/wwwroot/web.config');
const freshLab = () => makeLab(fixture('exchange2019-cu12'));
const run = (lab: Lab, ...args: readonly string[]) => cli([...args, '--server', `sandbox:${lab.dir}`]);

describe('a web.config that is replaced between plan and apply', () => {
  test.each([
    {by: 'a folder', replace: (file: string) => mkdir(file)},
    {by: 'a link that leads nowhere', replace: (file: string) => symlink('/nowhere/web.config', file)},
    {by: 'nothing', replace: async () => undefined},
  ])('by $by makes the plan stale, and nothing is begun', async ({replace}) => {
    const lab = await freshLab();
    const plan = await lab.plan(['M1']);
    await rename(hostFile(lab), join(lab.dir, 'web.config.away'));
    await replace(hostFile(lab));
    await expect(lab.apply(plan)).rejects.toMatchObject({
      code: 'PLAN.STALE',
      exitCode: 3,
      message: expect.stringContaining(webConfig),
    });
    expect((await readState(lab.stateDir)).runs).toEqual([]);
  });

  test('by a link that leads to itself is an answer and no bug, before apply and before rollback', async () => {
    const lab = await freshLab();
    const file = join(lab.dir, 'plan.json');
    expect(await run(lab, 'plan', 'M1', 'M2', '-o', file)).toMatchObject({exitCode: 0});
    await lab.applied(await lab.plan(['M1']));
    await rm(hostFile(lab));
    await symlink(hostFile(lab), hostFile(lab));
    for (const args of [['apply', file, '--now'], ['rollback']]) {
      const {exitCode, stderr} = await run(lab, ...args);
      expect(stderr).toContain('it is a link that leads to itself [FILE.ELOOP]');
      expect(stderr).toContain('Nothing was changed.');
      expect(exitCode).toBe(3);
    }
    expect((await readState(lab.stateDir)).runs).toHaveLength(1);
  });

  test('by a link to the same bytes elsewhere leaves that other file alone', async () => {
    const lab = await freshLab();
    const plan = await lab.plan(['M1']);
    const other = join(lab.dir, 'web.config.away');
    await rename(hostFile(lab), other);
    await symlink(other, hostFile(lab));
    const bytes = await lab.read(webConfig);
    expect(await lab.apply(plan)).toMatchObject({did: 'applied', result: {outcome: 'done'}});
    await lab.rollBack({exact: true});
    expect(await lab.read(webConfig)).toBe(bytes);
    expect(await readFile(other, 'utf8')).toBe(bytes);
  });
});

test('a plan that somebody edited and sealed again is altered and not stale', async () => {
  const lab = await freshLab();
  const {body, meta} = await lab.plan(['M1']);
  const edited = planBody.parse(JSON.parse(JSON.stringify(body).replaceAll('(?=.*powershell)', '(?=.*nothing)')));
  const end = lab.apply(sealPlan(edited, meta));
  await expect(end).rejects.toMatchObject({code: 'PLAN.ALTERED', message: expect.stringContaining('steps.0.')});
});

test('of two recovers at once one puts the run in order and the other one is refused', async () => {
  const lab = await freshLab();
  const before = await lab.tree();
  const file = join(lab.dir, 'plan.json');
  expect(await run(lab, 'plan', 'M1', 'M2', '-o', file)).toMatchObject({exitCode: 0});
  const start = (...args: readonly string[]) =>
    spawn(process.execPath, [main, ...args, '--server', `sandbox:${lab.dir}`], {stdio: ['ignore', 'ignore', 'pipe']});
  const applying = start('apply', file, '--now');
  const died = new Promise((resolve) => applying.once('close', resolve));
  applying.stderr.on('data', (text: Buffer) => {
    if (text.toString().includes('appcmd')) applying.kill('SIGKILL');
  });
  await died;
  const ends = await Promise.all(
    [start('recover'), start('recover')].map(
      (child) => new Promise<number | null>((resolve) => child.once('close', resolve)),
    ),
  );
  expect(ends.toSorted()).toEqual([0, 3]);
  const {state} = await readState(lab.stateDir);
  expect(state).toMatchObject({unfinished: undefined, runs: [{outcome: 'restored'}]});
  expect(Object.keys(await lab.tree())).toEqual(Object.keys(before));
}, 120_000);

describe('half a file that a killed appcmd left', () => {
  const torn = async () => {
    const lab = await freshLab();
    const bytes = await lab.read(webConfig);
    const commands: Server['commands'] = {
      run: async (command, options) => {
        const result = await lab.server.commands.run(command, options);
        await lab.write(webConfig, bytes.slice(0, bytes.length >> 1));
        return {...result, exitCode: 1};
      },
    };
    return {lab, bytes, server: {...lab.server, commands}};
  };

  test('is replaced by the copy from before the run', async () => {
    const {lab, bytes, server} = await torn();
    const end = await lab.apply(await lab.plan(['M1']), {server});
    expect(end).toMatchObject({did: 'applied', result: {outcome: 'restored', exitCode: 4}});
    expect(await lab.read(webConfig)).toBe(bytes);
  });

  test('stays for a person where the copy can no longer be read back', async () => {
    const {lab, bytes, server} = await torn();
    const copy = join(lab.stateDir, 'runs/r1/backup', sha256(Buffer.from(bytes)));
    const {run: act} = server.commands;
    const commands: Server['commands'] = {
      run: async (...args) => {
        const result = await act(...args);
        await writeFile(copy, 'something else');
        return result;
      },
    };
    const end = await lab.apply(await lab.plan(['M1']), {server: {...server, commands}});
    expect(end).toMatchObject({did: 'applied', result: {outcome: 'not-restored', exitCode: 5}});
    if (end.did !== 'applied') throw new Error('nothing was applied');
    expect(end.result.message).toContain('is not what was saved');
    expect(end.result.mustDo.join(' ')).toContain('appcmd.exe');
  });

  test.runIf(existsSync('/dev/full'))(
    'is an answer and no bug where the disk has no room for what is left of it',
    async () => {
      const {lab, bytes, server} = await torn();
      const half = sha256(Buffer.from(bytes.slice(0, bytes.length >> 1)));
      const folder = join(lab.stateDir, 'runs/r1/backup');
      const {run: act} = server.commands;
      const commands: Server['commands'] = {
        run: async (...args) => {
          await symlink('/dev/full', join(folder, `${half}.${process.pid}.tmp`));
          return act(...args);
        },
      };
      const end = await lab.apply(await lab.plan(['M1']), {server: {...server, commands}});
      expect(end).toMatchObject({did: 'applied', result: {outcome: 'not-restored', exitCode: 5}});
      expect(end.did === 'applied' && end.result.message).toContain('the disk is full');
      expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );
});

test('a confirm ends by the time that passed, also where the clock is set back at every look', async () => {
  const lab = await freshLab();
  const end = await lab.apply(await lab.plan(['M1']), {confirmWithinMs: 60_000});
  expect(end).toMatchObject({result: {outcome: 'done'}});
  const began = lab.server.clock.now();
  let passed = 0;
  const clock = {...lab.server.clock, now: () => began, elapsed: () => passed};
  let looks = 0;
  const takenBack = await watchConfirms(
    {...lab.server, clock},
    {
      ...{stateDir: lab.stateDir, actor: 'watchdog', by: 'admin', onEvent: () => undefined},
      ...{everyMs: 500, patienceMs: 0, worthWaiting: async () => false},
      // Each look at the journals takes far longer than the pause.
      pause: async (milliseconds) => {
        looks++;
        passed += milliseconds * 20;
        if (looks > 50) advanceClock(lab.dir, new Date(), 3_600_000);
      },
    },
  );
  expect(takenBack).toMatchObject([{run: 'r1', by: 'r2'}]);
  expect(looks).toBeLessThan(15);
});
