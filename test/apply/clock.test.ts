import {expect, test} from 'vitest';
import {childIsGone} from '../../src/apply/child.ts';
import {FakeServer} from '../support/fake-server.ts';
import {planOf, serviceOff} from '../support/plans.ts';
import {execute, freshStore} from '../support/run.ts';

const ordinary = {services: {Spooler: {state: 'RUNNING', startType: 'auto'}}} as const;
const day = 86_400_000;

/** A server on which somebody sets the time of day at every look. */
const withClockSet = (byMs: number): FakeServer => {
  const server = new FakeServer(ordinary);
  const {now} = server.clock;
  let looks = 0;
  Object.defineProperty(server, 'clock', {
    value: {...server.clock, now: () => new Date(now().getTime() + looks++ * byMs)},
  });
  return server;
};

test.each([
  {about: 'leaps ahead', byMs: day},
  {about: 'is set back', byMs: -day},
])('a service has its time to stop although the clock $about meanwhile', async ({byMs}) => {
  const server = withClockSet(byMs);
  const result = await execute(planOf([serviceOff('Spooler', 'auto')]), server, {store: await freshStore()});
  expect(result).toMatchObject({outcome: 'done', exitCode: 0});
  expect(server.services.get('Spooler')?.state).toBe('STOPPED');
});

test('a program that is stuck is waited for three minutes, however long it takes to ask', async () => {
  const server = new FakeServer(ordinary);
  let asked = 0;
  const isRunning = async (): Promise<boolean> => {
    asked++;
    await server.clock.sleep(59_000);
    return true;
  };
  Object.defineProperty(server, 'isRunning', {value: isRunning});
  expect(await childIsGone(server, {pid: 1, startTime: ''})).toBe(false);
  expect(asked).toBe(4);
});
