import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {hostService, type ReportedStatus, type ServeControls} from '../../../src/server/windows/service-status.ts';

/** A service control manager that sends what a test says and ends its call when the service has stopped. */
const manager = () => {
  const reports: ReportedStatus[] = [];
  let send: (code: number) => number = () => 0;
  const serve: ServeControls = (_, calls) =>
    new Promise((resolve) => {
      send = calls.control;
      calls.started((status) => {
        reports.push(status);
        if (status.state === 1) resolve(0);
      });
    });
  return {reports, serve, send: (code: number) => send(code), states: () => reports.map(({state}) => state)};
};

/** What a service does that has nothing to do but wait for its end. */
const until = (stop: AbortSignal, endMs: number, exitCode: number): Promise<number> =>
  new Promise((resolve) => {
    stop.addEventListener('abort', () => setTimeout(() => resolve(exitCode), endMs));
  });

const [stop, interrogate, shutdown, paramChange] = [1, 4, 5, 6];

describe('a service', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([stop, shutdown])('that gets control %i says that it stops until it has', async (control) => {
    const scm = manager();
    const end = hostService('stopgap', {run: (signal) => until(signal, 5000, 0), ask: () => undefined}, scm.serve);
    expect(scm.reports).toEqual([expect.objectContaining({state: 4, accepts: 13})]);
    expect(scm.send(control)).toBe(0);
    expect(scm.send(control)).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await end).toEqual({exitCode: 0});
    expect(scm.states()).toEqual([4, 3, 3, 3, 1]);
    const pending = scm.reports.filter(({state}) => state === 3);
    expect(pending.map(({checkPoint}) => checkPoint)).toEqual([1, 2, 3]);
    expect(pending.every(({waitHintMs}) => waitHintMs > 2000)).toBe(true);
    expect(scm.reports.at(-1)).toMatchObject({exitCode: 0, ownExitCode: 0});
  });

  test('that ends by itself with a code tells it, so that recovery starts it again', async () => {
    const scm = manager();
    const end = hostService('stopgap', {run: async () => 5, ask: () => undefined}, scm.serve);
    expect(await end).toEqual({exitCode: 5});
    expect(scm.reports.at(-1)).toMatchObject({state: 1, exitCode: 1066, ownExitCode: 5});
  });

  test('that has ended says nothing more, whatever control was on its way', async () => {
    const scm = manager();
    await hostService('stopgap', {run: async () => 5, ask: () => undefined}, scm.serve);
    expect(scm.send(stop)).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(scm.states()).toEqual([4, 1]);
  });

  test('that breaks ends with code 1, and says by what', async () => {
    const scm = manager();
    const broken = async (): Promise<number> => {
      throw new Error('broken');
    };
    const end = hostService('stopgap', {run: broken, ask: () => undefined}, scm.serve);
    await expect(end).rejects.toThrow('broken');
    expect(scm.reports.at(-1)).toMatchObject({state: 1, ownExitCode: 1});
  });

  test('answers who asks, looks again when it is told to, and knows no other controls', async () => {
    const scm = manager();
    let asked = 0;
    const body = {
      run: (signal: AbortSignal) => until(signal, 0, 0),
      ask: () => {
        asked++;
      },
    };
    const end = hostService('stopgap', body, scm.serve);
    expect(scm.send(interrogate)).toBe(0);
    expect(scm.send(paramChange)).toBe(0);
    expect(scm.send(200)).toBe(120);
    expect({states: scm.states(), asked}).toEqual({states: [4, 4], asked: 1});
    scm.send(stop);
    await vi.advanceTimersByTimeAsync(1);
    await end;
  });
});

test('a process that nobody started as a service is told so', async () => {
  const body = {run: async () => 0, ask: () => undefined};
  expect(await hostService('stopgap', body, async () => 1063)).toEqual({windowsError: 1063});
});
