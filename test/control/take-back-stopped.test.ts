import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {takeBackExpired} from '../../src/operations/expired-confirm.ts';
import {putInOrder} from '../../src/operations/put-in-order.ts';
import {rollBackLocked} from '../../src/operations/rollback.ts';
import {readState} from '../../src/operations/state.ts';
import {advanceClock} from '../../src/server/sandbox/runtime.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

/* A confirm that expired is acted upon, and somebody stops that between two steps. */

const main = join(import.meta.dirname, '../../src/cli/main.ts');

const expired = async (): Promise<{lab: Lab; before: Awaited<ReturnType<Lab['tree']>>}> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const before = await lab.tree();
  const end = await lab.apply(await lab.plan(['M1', 'M2']), {confirmWithinMs: 60_000});
  expect(end).toMatchObject({result: {outcome: 'done'}});
  advanceClock(lab.dir, new Date(), 61_000);
  return {lab, before};
};

/** Asks to stop as soon as the first step is done. */
const stopping = (lab: Lab) => {
  const stop = new AbortController();
  const onEvent = ({type}: {type: string}): void => {
    if (type === 'step.done') stop.abort('SIGTERM');
  };
  return {stateDir: lab.stateDir, actor: 'watchdog', by: 'admin', stop: stop.signal, onEvent} as const;
};

const next = (lab: Lab) =>
  ({stateDir: lab.stateDir, actor: 'next-command', by: 'admin', onEvent: () => undefined}) as const;

const stoppedHalfWay = async () => {
  const made = await expired();
  await expect(takeBackExpired(made.lab.server, stopping(made.lab))).rejects.toMatchObject({
    code: 'CONFIRM.NOT_TAKEN_BACK',
    exitCode: 5,
    message: expect.stringMatching(/it was stopped \(SIGTERM\) after step 1 of \d+; that step is finished/),
  });
  return made;
};

const isOver = async (lab: Lab, before: Awaited<ReturnType<Lab['tree']>>): Promise<void> => {
  const {state} = await readState(lab.stateDir);
  expect(state).toMatchObject({unfinished: undefined, pendingConfirms: []});
  expect(state.mitigations.size).toBe(0);
  expect(Object.keys(await lab.tree())).toEqual(Object.keys(before));
  expect(await lab.read('C:\\inetpub\\wwwroot\\web.config')).not.toContain('stopgap');
};

describe('taking back what nobody confirmed', () => {
  test('stops between two steps, and nobody is told that a person has to act', async () => {
    const {lab} = await stoppedHalfWay();
    const {state} = await readState(lab.stateDir);
    expect(state.unfinished?.runId).toBe('r2');
    expect(state.unfinished?.progress.open).toBeUndefined();
    expect(state.runs[0]?.expiry).toMatchObject({actor: 'watchdog', failed: undefined});
    expect(state.pendingConfirms, 'it still waits to be taken back').toMatchObject([{run: 'r1'}]);
  });

  test('is brought to its end by whoever looks next', async () => {
    const {lab, before} = await stoppedHalfWay();
    expect(await takeBackExpired(lab.server, next(lab))).toMatchObject([{run: 'r1', by: 'r2'}]);
    await isOver(lab, before);
  });

  test('is brought to its end by recover', async () => {
    const {lab, before} = await stoppedHalfWay();
    const order = await putInOrder(lab.server, {...next(lab), choice: 'undo'});
    expect(order).toMatchObject({result: undefined, takenBack: [{run: 'r1', by: 'r2'}]});
    await isOver(lab, before);
  });

  test('is begun anew where the interrupted run was on its way back to what had expired', async () => {
    const {lab, before} = await expired();
    await expect(takeBackExpired(lab.server, stopping(lab))).rejects.toMatchObject({exitCode: 5});
    // The expired run stands again, whole.
    await lab.recover('undo');
    expect(await takeBackExpired(lab.server, next(lab))).toMatchObject([{run: 'r1', by: 'r3'}]);
    await isOver(lab, before);
  });

  test('ends a rollback first that a person had begun and stopped', async () => {
    const {lab, before} = await expired();
    const {result} = await rollBackLocked(lab.server, {
      ...stopping(lab),
      choice: {target: 'r1', all: false, exact: false, fromBackup: false, accept: []},
      now: lab.server.clock.now(),
      kind: 'rollback',
      reason: 'change 4711',
    });
    expect(result).toMatchObject({code: 'APPLY.STOPPED', exitCode: 5});
    const order = await putInOrder(lab.server, {...next(lab), choice: 'undo'});
    expect(order.takenBack).toMatchObject([{run: 'r1', by: 'r2'}]);
    await isOver(lab, before);
  });
});

test('SIGTERM stops the watchdog behind the step that runs', async () => {
  const {lab} = await expired();
  const args = [main, 'watch-confirms', '--at-start-up', '--server', `sandbox:${lab.dir}`, '--json'];
  const watchdog = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'pipe']});
  let said = '';
  for (const output of [watchdog.stdout, watchdog.stderr])
    output.on('data', (text: Buffer) => {
      said += text.toString();
    });
  const journal = async () => (await readState(lab.stateDir)).state.unfinished?.progress.open;
  while ((await journal()) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  watchdog.kill('SIGTERM');
  expect(await new Promise((resolve) => watchdog.once('close', resolve))).toBe(5);
  expect(said).toContain('it was stopped (SIGTERM) after step 1 of');
  const {state} = await readState(lab.stateDir);
  expect(state.unfinished?.progress.open, 'no command is open').toBeUndefined();
}, 120_000);
