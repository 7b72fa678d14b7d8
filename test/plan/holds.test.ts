import {describe, expect, test} from 'vitest';
import {type HeldResource, type Holds, resourceKey} from '../../src/plan/holds.ts';
import type {Resource} from '../../src/plan/model.ts';
import {planIdOf} from '../../src/plan/seal.ts';
import {fixtureServer, type MemoryServer, service} from '../support/memory-server.ts';
import {argvOf, planFor, stepNamed} from '../support/planning.ts';

const ecp = 'CVE-2021-27065';
const oab = 'CVE-2021-26858';
const names = ['MSExchangeHMRecovery', 'MSExchangeHM'] as const;

const serviceResource = (name: string): Resource => ({
  kind: 'service',
  service: name,
  was: {startType: 'delayed-auto', state: 'RUNNING'},
});

/** As an earlier run has left it: the monitoring is off, and that run recorded what it was. */
const held = (mitigation: string): Holds => ({
  resources: new Map(
    names.map((name): readonly [string, HeldResource] => [
      resourceKey(serviceResource(name)),
      {first: serviceResource(name), run: 'run-1', holders: [mitigation]},
    ]),
  ),
  mitigations: new Map([[mitigation, {run: 'run-1'}]]),
});

const monitoringIsOff = (): MemoryServer =>
  fixtureServer('exchange2019-cu8').with({
    services: names.map((name) => service(name, {state: 'STOPPED', startType: 'disabled'})),
  });

describe('a second mitigation that needs the same monitoring', () => {
  const plan = () => planFor(monitoringIsOff(), [oab], {holds: held(ecp)});

  test('finds it done: nothing is run for it', async () => {
    const step = stepNamed(await plan(), 'monitoring/MSExchangeHMRecovery+MSExchangeHM/off');
    expect(step.status).toBe('done');
    expect(argvOf(step.commands)).toEqual([]);
  });

  test('holds it with the state that the first run recorded, not with what it found itself', async () => {
    const step = stepNamed(await plan(), 'monitoring/MSExchangeHMRecovery+MSExchangeHM/off');
    expect(step.resources).toEqual(names.map(serviceResource));
    expect(step.because).toEqual([oab]);
  });

  test('its own pool is still to do', async () => {
    expect((await plan()).steps.map(({id, status}) => [id, status])).toEqual([
      ['monitoring/MSExchangeHMRecovery+MSExchangeHM/off', 'done'],
      ['app-pool/MSExchangeOABAppPool/off', 'to-do'],
    ]);
  });
});

test('a person switched the monitoring off before us: done, recorded as found, so that it stays off afterwards', async () => {
  const step = stepNamed(await planFor(monitoringIsOff(), [ecp]), 'monitoring/MSExchangeHMRecovery+MSExchangeHM/off');
  expect(step.status).toBe('done');
  expect(step.resources).toMatchObject(names.map(() => ({was: {startType: 'disabled', state: 'STOPPED'}})));
});

test('everything is done and held by another: it is planned all the same, to hold it too', async () => {
  const pool: Resource = {kind: 'app-pool', pool: 'MSExchangeOABAppPool', was: {autoStart: null, state: 'Started'}};
  const first = held(ecp);
  const resources = new Map([
    ...first.resources,
    [resourceKey(pool), {first: pool, run: 'run-1', holders: [ecp]}] as const,
  ]);
  const server = monitoringIsOff();
  const host = await server.readFile(`${server.configFolder}\\applicationHost.config`);
  const text = new TextDecoder().decode(host).replace(/(<add name="MSExchangeOABAppPool")/, '$1 autoStart="false"');
  const stopped = server.with({
    files: {[`${server.configFolder}\\applicationHost.config`]: text},
    pools: {MSExchangeOABAppPool: 'Stopped'},
  });
  const body = await planFor(stopped, [oab], {holds: {...first, resources}});
  expect(body.mitigations[0]?.status).toBe('planned');
  expect(body.steps.map(({status}) => status)).toEqual(['done', 'done']);
  expect(body.steps[1]?.resources).toEqual([pool]);
});

test('a mitigation that is applied already is in place by its run', async () => {
  const server = monitoringIsOff();
  const text = new TextDecoder()
    .decode(await server.readFile(`${server.configFolder}\\applicationHost.config`))
    .replace(/(<add name="MSExchangeECPAppPool")/, '$1 autoStart="false"');
  const applied = server.with({
    files: {[`${server.configFolder}\\applicationHost.config`]: text},
    pools: {MSExchangeECPAppPool: 'Stopped'},
  });
  const body = await planFor(applied, [ecp], {holds: held(ecp)});
  expect(body.mitigations[0]).toMatchObject({status: 'in-place', reason: 'applied by run run-1'});
  expect(body.steps).toEqual([]);
});

describe('one key for one thing, whatever its spelling', () => {
  const element = (file: string, name: string, location: string | null): Resource => ({
    kind: 'element',
    was: 'absent',
    at: {
      file,
      location,
      configPath: location ?? '',
      section: 'system.webServer/rewrite/rules',
      collection: '',
      element: 'rule',
      keys: {name},
    },
  });

  test.each([
    ['services', serviceResource('MSExchangeHM'), serviceResource('msexchangehm'), true],
    ['other services', serviceResource('MSExchangeHM'), serviceResource('MSExchangeHMRecovery'), false],
    ['files', element('C:\\a\\web.config', 'R', null), element('c:/A/web.config', 'r', null), true],
    ['locations', element('C:\\a', 'R', 'Site/owa'), element('C:\\a', 'R', 'site/OWA'), true],
    ['another location', element('C:\\a', 'R', 'Site/owa'), element('C:\\a', 'R', 'Site'), false],
    ['another name', element('C:\\a', 'R', null), element('C:\\a', 'R2', null), false],
  ])('%s', (_, a, b, same) => {
    expect(resourceKey(a) === resourceKey(b)).toBe(same);
  });
});

describe('planning twice', () => {
  test.each([[['M1']], [['M1', 'M2']]])('%s on one server gives one planId', async (ids) => {
    const first = await planFor(fixtureServer('exchange2019-cu12'), ids);
    const second = await planFor(fixtureServer('exchange2019-cu12'), ids);
    expect(planIdOf(second)).toBe(planIdOf(first));
    expect(first.steps.length).toBeGreaterThan(0);
  });

  test.each([
    [
      'another service state',
      (server: MemoryServer) => server.with({services: [service('MSExchangeHM', {startType: 'demand'})]}),
    ],
    ['a pool that has stopped', (server: MemoryServer) => server.with({pools: {MSExchangeECPAppPool: 'Stopped'}})],
    ['another build', (server: MemoryServer) => server.with({build: '15.2.792.5'})],
  ])('with %s in between gives another one', async (_, change) => {
    const server = fixtureServer('exchange2019-cu8');
    expect(planIdOf(await planFor(change(server), [ecp]))).not.toBe(planIdOf(await planFor(server, [ecp])));
  });

  test('with another certificate binding in between gives the same assumptions', async () => {
    const server = fixtureServer('exchange2019-cu8');
    const path = `${server.configFolder}\\applicationHost.config`;
    const text = new TextDecoder().decode(await server.readFile(path));
    const other = text.replace('bindingInformation="', 'sslFlags="0" bindingInformation="');
    expect(other).not.toBe(text);
    const first = await planFor(server, [ecp]);
    const second = await planFor(server.with({files: {[path]: other}}), [ecp]);
    expect(second.assumes).toEqual(first.assumes);
    expect(planIdOf(second)).toBe(planIdOf(first));
  });
});
