import {describe, expect, test} from 'vitest';
import {makeLab} from './lab.ts';

describe('a service', () => {
  test('stops over a pending state, in simulated time', async () => {
    const lab = await makeLab();
    const real = performance.now();
    expect(await lab.sc('stop', 'MSExchangeHM')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('STOP_PENDING'),
    });
    expect(await lab.server.service('MSExchangeHM')).toMatchObject({state: 'STOP_PENDING'});
    expect((await lab.sc('stop', 'MSExchangeHM')).exitCode).toBe(1061);
    await lab.server.clock.sleep(60_000);
    expect(await lab.server.service('msexchangehm')).toMatchObject({name: 'MSExchangeHM', state: 'STOPPED'});
    expect(performance.now() - real).toBeLessThan(10_000);
  });

  test('has processes that outlive it a little', async () => {
    const lab = await makeLab();
    lab.describe(({services}) => ({
      services: services.map((service) => ({...service, stopSeconds: 2})),
    }));
    await lab.sc('stop', 'MSExchangeHM');
    await lab.server.clock.sleep(3_000);
    expect(await lab.server.service('MSExchangeHM')).toMatchObject({state: 'STOPPED'});
    expect(await lab.server.processRuns('msexchangehmworker.exe')).toBe(true);
    await lab.server.clock.sleep(10_000);
    expect(await lab.server.processRuns('MSExchangeHMWorker.exe')).toBe(false);
    expect(await lab.server.processRuns('other.exe')).toBe(false);
  });

  test('keeps delayed-auto apart from auto', async () => {
    const lab = await makeLab();
    for (const startType of ['delayed-auto', 'auto', 'demand', 'disabled'] as const) {
      await lab.sc('config', 'MSExchangeMitigation', 'start=', startType);
      expect((await lab.server.service('MSExchangeMitigation'))?.startType).toBe(startType);
    }
    expect((await lab.sc('config', 'MSExchangeMitigation', 'start=demand')).exitCode).toBe(0);
    expect((await lab.sc('config', 'MSExchangeMitigation', 'start=', 'never')).exitCode).not.toBe(0);
  });

  test('tells its configuration into a buffer of 8 KB and not of a byte more, as the interface says', async () => {
    const lab = await makeLab();
    expect((await lab.sc('qc', 'W3SVC', '8192')).exitCode).toBe(0);
    expect(await lab.sc('qc', 'W3SVC', '8193')).toMatchObject({
      exitCode: 1783,
      stdout: expect.stringContaining('[SC] QueryServiceConfig FAILED 1783:'),
    });
  });

  test('starts what it needs with it', async () => {
    const lab = await makeLab();
    await lab.sc('stop', 'W3SVC');
    await lab.server.clock.sleep(20_000);
    expect((await lab.sc('stop', 'WAS')).exitCode).toBe(0);
    await lab.server.clock.sleep(20_000);
    expect((await lab.sc('start', 'W3SVC')).exitCode).toBe(0);
    await lab.server.clock.sleep(20_000);
    expect(await lab.server.service('WAS')).toMatchObject({state: 'RUNNING'});
    expect(await lab.server.service('W3SVC')).toMatchObject({state: 'RUNNING'});
  });

  test('does not start while what it needs is disabled', async () => {
    const lab = await makeLab();
    await lab.sc('stop', 'W3SVC');
    await lab.server.clock.sleep(20_000);
    await lab.sc('config', 'WAS', 'start=', 'disabled');
    await lab.sc('stop', 'WAS');
    await lab.server.clock.sleep(20_000);
    expect((await lab.sc('start', 'W3SVC')).exitCode).not.toBe(0);
  });

  test('that refuses a stop keeps running', async () => {
    const lab = await makeLab();
    lab.describe(({services}) => ({services: services.map((service) => ({...service, acceptsStop: false}))}));
    expect((await lab.sc('stop', 'MSExchangeMitigation')).exitCode).toBe(1052);
    expect(await lab.server.service('MSExchangeMitigation')).toMatchObject({state: 'RUNNING'});
  });
});

test('dependents come in the order in which they must stop', async () => {
  const lab = await makeLab();
  const needs: Readonly<Record<string, readonly string[]>> = {A: [], B: ['A'], C: ['B'], D: ['A', 'C']};
  lab.describe(() => ({
    services: Object.entries(needs).map(([name, dependencies]) => ({
      name,
      displayName: `${name}: with a colon`,
      state: 'RUNNING' as const,
      startType: 'auto' as const,
      dependencies: [...dependencies],
      processes: [],
      stopSeconds: 1,
      acceptsStop: true,
    })),
  }));
  expect(await lab.server.dependents('A')).toEqual(['D', 'C', 'B']);
  expect(await lab.server.dependents('D')).toEqual([]);
  expect(await lab.server.dependents('Missing')).toEqual([]);
  expect(await lab.server.service('D')).toMatchObject({displayName: 'D: with a colon', dependencies: ['A', 'C']});
  expect((await lab.sc('enumdepend', 'A', '64')).exitCode).not.toBe(0);
});

test('query without a name lists what runs', async () => {
  const lab = await makeLab();
  const {stdout} = await lab.sc('query');
  expect(stdout).toContain('SERVICE_NAME: W3SVC\r\nDISPLAY_NAME: ');
  expect(stdout).not.toContain('MSExchangePop3\r\n');
  expect((await lab.sc('query', 'state=', 'all')).stdout).toContain('SERVICE_NAME: MSExchangePop3\r\n');
  expect((await lab.sc('query', 'type=', 'service', 'state=', 'inactive')).stdout).not.toContain('W3SVC');
});

test.each(['localised-de', 'localised-ru'] as const)('%s output is read the same', async (language) => {
  const lab = await makeLab();
  const before = [await lab.server.service('W3SVC'), await lab.server.dependents('WAS')];
  lab.fault(language);
  expect([await lab.server.service('W3SVC'), await lab.server.dependents('WAS')]).toEqual(before);
  expect(await lab.server.service('Missing')).toBeUndefined();
  expect(await lab.server.appPoolState('MSExchangeECPAppPool')).toBe('Started');
  expect((await lab.sc('query', 'Missing')).stdout).not.toContain('FAILED');
});
