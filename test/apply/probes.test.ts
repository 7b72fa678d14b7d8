import {describe, expect, test} from 'vitest';
import {FakeServer} from '../support/fake-server.ts';
import {addRule, planOf, poolOff} from '../support/plans.ts';
import {execute, freshStore} from '../support/run.ts';

const webConfig = 'C:\\inetpub\\wwwroot\\web.config';
const site = 'Default Web Site';
const probes = [
  {site, path: '/owa'},
  {site, path: '/ecp'},
];
const declares = [{site: 'default web site', path: '/ECP', status: 503}];

const freshServer = () =>
  new FakeServer({
    files: {[webConfig]: []},
    pools: {OwaPool: {state: 'Started', autoStart: 'true'}, EcpPool: {state: 'Started', autoStart: 'true'}},
    apps: {'Default Web Site /owa': 'OwaPool', 'Default Web Site /ecp': 'EcpPool'},
  });

const healthOf = async (store: Awaited<ReturnType<typeof freshStore>>) =>
  (await store.read('r1')).lines.flatMap((line) =>
    line.type === 'health.seen' ? [[line.when, line.answers.map(({status}) => status)]] : [],
  );

describe('health probes', () => {
  test('pass where an application answers what the steps declare, and the others what they did before', async () => {
    const store = await freshStore();
    const result = await execute(planOf([poolOff('EcpPool', {declares})]), freshServer(), {store, probes});
    expect(result).toMatchObject({outcome: 'done', exitCode: 0});
    expect(await healthOf(store)).toEqual([
      ['before', [200, 200]],
      ['after', [200, 503]],
    ]);
  });

  test('take everything back where an answer changes that nobody declared', async () => {
    const server = freshServer();
    const before = server.snapshot();
    const result = await execute(planOf([poolOff('EcpPool')]), server, {store: await freshStore(), probes});
    expect(result).toMatchObject({outcome: 'restored', exitCode: 4, code: 'APPLY.FAILED_RESTORED'});
    expect(result.message).toBe('/ecp of Default Web Site gives status 503 where status 200 is expected.');
    expect(server.snapshot()).toEqual(before);
  });

  test('take everything back where a declared change did not happen', async () => {
    const server = freshServer();
    const plan = planOf([addRule(webConfig, 'M9.1', {declares})]);
    const result = await execute(plan, server, {store: await freshStore(), probes});
    expect(result).toMatchObject({outcome: 'restored'});
    expect(result.message).toContain('gives status 200 where status 503 is expected');
  });

  test('ask the page that tells the health of an application, where there is one', async () => {
    const store = await freshStore();
    const server = freshServer();
    server.apps.set('Default Web Site /owa/healthcheck.htm', 'OwaPool');
    const withPages = probes.map(({path}) => ({site, path, page: `${path}/healthcheck.htm`}));
    await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store, probes: withPages});
    const asked = (await store.read('r1')).lines.flatMap((line) =>
      line.type === 'health.seen' ? line.answers.map(({page, path, status}) => [page ?? path, status]) : [],
    );
    const both = [
      ['/owa/healthcheck.htm', 200],
      ['/ecp', 200],
    ];
    expect(asked).toEqual([...both, ...both]);
  });

  test('wait no longer than they were told to', async () => {
    const server = freshServer();
    server.warmUpMs = 90_000;
    const plan = planOf([addRule(webConfig, 'M9.1')]);
    const result = await execute(plan, server, {store: await freshStore(), probes, warmUpMs: 30_000});
    expect(result).toMatchObject({outcome: 'restored'});
  });

  test('wait for an application that warms up', async () => {
    const server = freshServer();
    server.warmUpMs = 90_000;
    const result = await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store: await freshStore(), probes});
    expect(result).toMatchObject({outcome: 'done'});
  });

  test('do not wait for ever', async () => {
    const server = freshServer();
    const began = server.clock.now().getTime();
    server.warmUpMs = 3_600_000;
    const result = await execute(planOf([addRule(webConfig, 'M9.1')]), server, {store: await freshStore(), probes});
    expect(result).toMatchObject({outcome: 'restored', message: expect.stringContaining('gives status 500')});
    expect(server.clock.now().getTime() - began).toBeLessThan(200_000);
  });

  test('count the time that requests take, which hang, and ask every application at least once', async () => {
    const server = freshServer();
    const {get} = server.prober;
    const asked: string[] = [];
    server.prober.get = async (where, path) => {
      if (!server.files.get(webConfig)?.includes('M9.1')) return get(where, path);
      asked.push(path);
      await server.clock.sleep(30_000);
      return {status: 'none', headers: {}};
    };
    const began = server.clock.elapsed();
    const result = await execute(planOf([addRule(webConfig, 'M9.1')]), server, {
      store: await freshStore(),
      probes,
      warmUpMs: 100_000,
    });
    expect(result).toMatchObject({outcome: 'restored'});
    expect(result.message).toContain('/owa of Default Web Site gives no answer in time, or no connection where');
    // Two of 30 seconds, a pause, and one more that goes over the hundred at most by its own length.
    expect(asked).toEqual(['/owa', '/ecp', '/owa', '/ecp']);
    expect(server.clock.elapsed() - began).toBeLessThan(130_001);
  });

  test('call it the same answer where nothing comes and where the connection was closed', async () => {
    const server = freshServer();
    let asked = 0;
    server.prober.get = async () => ({status: asked++ === 0 ? ('reset' as const) : ('none' as const), headers: {}});
    const plan = planOf([addRule(webConfig, 'M9.1')]);
    const result = await execute(plan, server, {store: await freshStore(), probes: probes.slice(0, 1)});
    expect(result).toMatchObject({outcome: 'done'});
  });

  test('have nothing against an application that works now and did not before', async () => {
    const server = freshServer();
    let asked = 0;
    server.prober.get = async () => ({status: asked++ === 0 ? ('reset' as const) : 200, headers: {}});
    const plan = planOf([addRule(webConfig, 'M9.1')]);
    const result = await execute(plan, server, {store: await freshStore(), probes: probes.slice(0, 1)});
    expect(result).toMatchObject({outcome: 'done'});
    expect(result.notes).toEqual(['/owa of Default Web Site gave no answer before the change.']);
  });

  test('count a prober that fails after the change as no answer, and take everything back', async () => {
    const server = freshServer();
    let asked = 0;
    server.prober.get = async () => {
      if (asked++ > 0) throw new Error('no route');
      return {status: 200, headers: {}};
    };
    const plan = planOf([addRule(webConfig, 'M9.1')]);
    const result = await execute(plan, server, {store: await freshStore(), probes: probes.slice(0, 1)});
    expect(result).toMatchObject({outcome: 'restored', message: expect.stringContaining('gives no answer')});
  });

  test('are not sent by a run that changes nothing', async () => {
    const server = freshServer();
    server.files.set(webConfig, ['M9.1']);
    server.prober.get = () => Promise.reject(new Error('it was asked'));
    const store = await freshStore();
    await execute(planOf([addRule(webConfig, 'M9.1', {status: 'done'})]), server, {store, probes});
    expect(await healthOf(store)).toEqual([]);
  });
});
