import {describe, expect, test} from 'vitest';
import {alreadyAppliedBy} from '../../src/apply/already-applied.ts';
import {expiredConfirms, giveConfirm} from '../../src/apply/confirm.ts';
import {replay} from '../../src/journal/replay.ts';
import {FakeServer} from '../support/fake-server.ts';
import {planOf, serviceOff} from '../support/plans.ts';
import {execute, freshStore} from '../support/run.ts';

const plan = planOf([serviceOff('Spooler')]);

const applied = async (confirmWithinMs?: number) => {
  const server = new FakeServer({services: {Spooler: {state: 'RUNNING', startType: 'auto'}}});
  const store = await freshStore();
  await execute(plan, server, {store, ...(confirmWithinMs === undefined ? {} : {confirmWithinMs})});
  const stateNow = async () => replay(await store.readAll());
  const give = async (run = 'r1') =>
    giveConfirm(run, {store, state: await stateNow(), by: 'FAKE\\boss', clock: server.clock});
  return {server, store, stateNow, give};
};

describe('a confirm', () => {
  test('that is given in time keeps what was done', async () => {
    const {server, stateNow, give} = await applied(900_000);
    await give();
    await server.clock.sleep(1_800_000);
    const state = await stateNow();
    expect(state.pendingConfirms).toEqual([]);
    expect(expiredConfirms(state, server.clock.now())).toEqual([]);
    expect(state.mitigations.has('M9')).toBe(true);
  });

  test('expires at its moment, and is refused from then on', async () => {
    const {server, stateNow, give} = await applied(900_000);
    const [pending] = (await stateNow()).pendingConfirms;
    const deadline = new Date(pending?.deadline ?? '');
    expect(expiredConfirms(await stateNow(), new Date(deadline.getTime() - 1))).toEqual([]);
    expect(expiredConfirms(await stateNow(), deadline)).toEqual([pending]);
    await server.clock.sleep(900_000);
    await expect(give()).rejects.toMatchObject({code: 'CONFIRM.EXPIRED', exitCode: 5});
    expect((await stateNow()).pendingConfirms).toHaveLength(1);
  });

  test('is refused where none is asked for', async () => {
    const {give} = await applied();
    await expect(give()).rejects.toMatchObject({code: 'CONFIRM.NOT_PENDING', exitCode: 3});
    await expect(give('r9')).rejects.toMatchObject({code: 'CONFIRM.NOT_PENDING'});
  });
});

describe('a plan that was applied', () => {
  test('is known as applied while everything that it wants is true', async () => {
    const {server, stateNow} = await applied();
    const looker = {server, holds: server.holds};
    expect(await alreadyAppliedBy(plan, await stateNow(), looker)).toBe('r1');
    expect(await alreadyAppliedBy(planOf([serviceOff('Other')]), await stateNow(), looker)).toBeUndefined();
    server.services.set('Spooler', {state: 'RUNNING', startType: 'disabled'});
    expect(await alreadyAppliedBy(plan, await stateNow(), looker)).toBeUndefined();
  });
});
