import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {reboot} from '../../src/server/sandbox/restart.ts';
import {fixture, type Lab, type LabOptions, makeLab} from '../support/lab.ts';

/* Unified Messaging and the control panel off on Exchange 2016 CU19: services, their monitoring, a pool. */

const ids = ['CVE-2021-26857', 'CVE-2021-27065'];
const ecpPool = 'MSExchangeECPAppPool';
const monitoring = ['MSExchangeHMRecovery', 'MSExchangeHM'];
const unifiedMessaging = ['MSExchangeUM', 'MSExchangeUMCR'];
const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';

const exchange2016 = (options?: LabOptions): Promise<Lab> => makeLab(fixture('exchange2016-cu19'), options);

/** What a run did, from its own journal: `sc.exe stop MSExchangeHM`, `wait MSExchangeHMWorker.exe must be gone`. */
const journaledActs = async ({stateDir}: Lab, runId: string): Promise<readonly string[]> => {
  const text = await readFile(join(stateDir, 'runs', runId, 'journal.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): {type: string; act: {do: string; tool: string; args: string[]; why: string}} => JSON.parse(line))
    .filter(({type}) => type === 'command.intended')
    .map(({act}) => {
      if (act.do === 'run') return [act.tool, ...act.args].join(' ');
      return act.do === 'wait' ? `wait ${act.why}` : act.do;
    });
};

const startTypes = (lab: Lab, names: readonly string[]): readonly (string | undefined)[] =>
  names.map((name) => lab.machine().services[name]?.startType);
const states = (lab: Lab, names: readonly string[]): readonly (string | undefined)[] =>
  names.map((name) => lab.machine().services[name]?.state);
const poolLine = async (lab: Lab): Promise<string> =>
  new RegExp(`<add name="${ecpPool}"[^>]*>`).exec(await lab.read(hostConfig))?.[0] ?? '';

const expectOff = async (lab: Lab): Promise<void> => {
  const all = [...monitoring, ...unifiedMessaging];
  expect(startTypes(lab, all)).toEqual(all.map(() => 'disabled'));
  expect(states(lab, all)).toEqual(all.map(() => 'STOPPED'));
  expect(await lab.server.appPoolState(ecpPool)).toBe('Stopped');
  expect(await poolLine(lab)).toContain('autoStart="false"');
};

describe('Unified Messaging and the control panel off', () => {
  test('the monitoring goes first, in its order, and its workers are gone before the pool is touched', async () => {
    const lab = await exchange2016();
    const {runId} = await lab.applied(await lab.plan(ids));
    expect(await journaledActs(lab, runId)).toEqual([
      'sc.exe config MSExchangeHMRecovery start= disabled',
      'sc.exe config MSExchangeHM start= disabled',
      'sc.exe stop MSExchangeHMRecovery',
      'sc.exe stop MSExchangeHM',
      'wait MSExchangeHMWorker.exe must be gone',
      'sc.exe config MSExchangeUM start= disabled',
      'sc.exe stop MSExchangeUM',
      'sc.exe config MSExchangeUMCR start= disabled',
      'sc.exe stop MSExchangeUMCR',
      `appcmd.exe set apppool ${ecpPool} /autoStart:false`,
      `appcmd.exe stop apppool ${ecpPool}`,
      'look-again',
    ]);
    await expectOff(lab);
  });

  test('stays off over a restart of the server', async () => {
    const lab = await exchange2016();
    await lab.applied(await lab.plan(ids));
    reboot(lab.dir, new Date());
    await expectOff(lab);
    expect((await lab.server.prober.get('Default Web Site', '/ecp/')).status).toBe(503);
    expect((await lab.server.prober.get('Default Web Site', '/owa/')).status).toBe(200);
  });

  test('comes back with every start type and state that was recorded, also after a restart', async () => {
    const lab = await exchange2016();
    const before = lab.machine();
    expect(startTypes(lab, ['MSExchangeUMCR'])).toEqual(['delayed-auto']);
    await lab.applied(await lab.plan(ids));
    reboot(lab.dir, new Date());
    expect((await lab.rollBack()).result.exitCode).toBe(0);
    const {services, pools} = lab.machine();
    expect(services).toMatchObject(before.services);
    expect(pools).toEqual(before.pools);
    expect(await poolLine(lab)).not.toContain('autoStart="false"');
    expect((await lab.server.prober.get('Default Web Site', '/ecp/')).status).toBe(200);
  });

  test('comes back in the opposite order: pool, Unified Messaging, monitoring last', async () => {
    const lab = await exchange2016();
    await lab.applied(await lab.plan(ids));
    const {result} = await lab.rollBack();
    const acts = await journaledActs(lab, result.runId);
    expect(acts).toEqual([
      `appcmd.exe set apppool ${ecpPool} /autoStart:true`,
      `appcmd.exe start apppool ${ecpPool}`,
      'sc.exe config MSExchangeUMCR start= delayed-auto',
      'sc.exe start MSExchangeUMCR',
      'sc.exe config MSExchangeUM start= auto',
      'sc.exe start MSExchangeUM',
      'sc.exe config MSExchangeHM start= auto',
      'sc.exe config MSExchangeHMRecovery start= auto',
      'sc.exe start MSExchangeHM',
      'sc.exe start MSExchangeHMRecovery',
    ]);
  });

  test('a service that was off before stays off', async () => {
    const offBefore: LabOptions = {
      describe: (description) => ({
        ...description,
        services: description.services.map((service) =>
          service.name === 'MSExchangeUM' ? {...service, state: 'STOPPED', startType: 'demand'} : service,
        ),
      }),
    };
    const lab = await exchange2016(offBefore);
    await lab.applied(await lab.plan(ids));
    expect(lab.machine().services['MSExchangeUM']).toMatchObject({state: 'STOPPED', startType: 'disabled'});
    await lab.rollBack();
    expect(lab.machine().services['MSExchangeUM']).toMatchObject({state: 'STOPPED', startType: 'demand'});
    expect(lab.machine().services['MSExchangeUMCR']).toMatchObject({state: 'RUNNING', startType: 'delayed-auto'});
  });

  test('a service that an administrator had disabled is not switched on by a rollback', async () => {
    const disabled: LabOptions = {
      describe: (description) => ({
        ...description,
        services: description.services.map((service) =>
          service.name === 'MSExchangeUMCR' ? {...service, state: 'STOPPED', startType: 'disabled'} : service,
        ),
      }),
    };
    const lab = await exchange2016(disabled);
    const plan = await lab.plan(ids);
    expect(plan.body.steps.find(({id}) => id === 'service/MSExchangeUMCR/off')?.status).toBe('done');
    await lab.applied(plan);
    await lab.rollBack();
    expect(lab.machine().services['MSExchangeUMCR']).toMatchObject({state: 'STOPPED', startType: 'disabled'});
    expect(lab.machine().services['MSExchangeUM']).toMatchObject({state: 'RUNNING', startType: 'auto'});
  });
});

const orders = [
  ['first in, first out', [0, 1]],
  ['last in, first out', [1, 0]],
] as const;

describe.each(orders)('two mitigations that share the monitoring, %s', (_name, [first, second]) => {
  const pair = ['CVE-2021-27065', 'CVE-2021-26858'];
  const idAt = (index: number): string => pair[index] ?? '';
  const poolOf = [ecpPool, 'MSExchangeOABAppPool'];

  test.each([[true], [false]])('the monitoring comes back with the last of them (--exact: %s)', async (exact) => {
    const lab = await exchange2016();
    const before = {tree: await lab.tree(), machine: lab.machine()};
    for (const id of pair) await lab.applied(await lab.plan([id]));
    await lab.rollBack({target: idAt(first), exact});
    expect(states(lab, monitoring)).toEqual(['STOPPED', 'STOPPED']);
    expect(startTypes(lab, monitoring)).toEqual(['disabled', 'disabled']);
    expect(await lab.server.appPoolState(poolOf[first] ?? '')).toBe('Started');
    expect(await lab.server.appPoolState(poolOf[second] ?? '')).toBe('Stopped');
    await lab.rollBack({target: idAt(second), exact});
    expect(lab.machine().services).toMatchObject(before.machine.services);
    expect(lab.machine().pools).toEqual(before.machine.pools);
    if (exact) expect(await lab.tree()).toEqual(before.tree);
    for (const name of poolOf)
      expect(await lab.read(hostConfig)).not.toMatch(new RegExp(`${name}"[^>]*autoStart="false"`));
  });
});
