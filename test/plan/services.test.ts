import {describe, expect, test} from 'vitest';
import type {Monitoring} from '../../src/mitigation/model.ts';
import type {PlanBody, Resource} from '../../src/plan/model.ts';
import {refusingFindings} from '../../src/plan/refusals.ts';
import type {Service} from '../../src/server/service.ts';
import {smallServer} from '../support/application-host.ts';
import {
  applicationHostPath,
  fixtureServer,
  type MemoryServer,
  memoryServer,
  service,
} from '../support/memory-server.ts';
import {argvOf, findingsOf, mitigation, planFor, serviceAction, stepNamed} from '../support/planning.ts';

/** Names that the built-in catalogue lists, so that no finding of the allow-list gets in the way. */
const umr = 'MSExchangeUMCR';
const um = 'MSExchangeUM';
const monitoring: Monitoring = {
  services: ['MSExchangeHMRecovery', 'MSExchangeHM'],
  workers: ['MSExchangeHMWorker.exe'],
};

const withServices = (...services: readonly Service[]): MemoryServer => smallServer().with({services});
const off = async (server: MemoryServer, name = um): Promise<PlanBody> =>
  planFor(server, [mitigation('S1', serviceAction(name))]);

describe('a service', () => {
  test('is disabled before it is stopped, and started after its start type is back', async () => {
    const {commands, undo} = stepNamed(await off(withServices(service(um))), `service/${um}/off`);
    expect(argvOf(commands)).toEqual([`sc.exe config ${um} start= disabled`, `sc.exe stop ${um}`]);
    expect(argvOf(undo)).toEqual([`sc.exe config ${um} start= auto`, `sc.exe start ${um}`]);
  });

  test.each(['auto', 'delayed-auto', 'demand'] as const)('with start type %s gets that one back', async (startType) => {
    const {undo, resources} = stepNamed(await off(withServices(service(um, {startType}))), `service/${um}/off`);
    expect(argvOf(undo)[0]).toBe(`sc.exe config ${um} start= ${startType}`);
    expect(resources).toEqual([{kind: 'service', service: um, was: {startType, state: 'RUNNING'}}]);
  });

  test('that was stopped by hand is not started on the way back', async () => {
    const {commands, undo} = stepNamed(await off(withServices(service(um, {state: 'STOPPED'}))), `service/${um}/off`);
    expect(argvOf(commands)).toEqual([`sc.exe config ${um} start= disabled`]);
    expect(argvOf(undo)).toEqual([`sc.exe config ${um} start= auto`]);
  });

  test('that runs although it is disabled is stopped, and started again on the way back', async () => {
    const {commands} = stepNamed(await off(withServices(service(um, {startType: 'disabled'}))), `service/${um}/off`);
    expect(argvOf(commands)).toEqual([`sc.exe stop ${um}`]);
  });

  test('that was off before: in place, not ours to undo', async () => {
    const body = await off(withServices(service(um, {state: 'STOPPED', startType: 'disabled'})));
    expect(body.steps).toEqual([]);
    expect(body.mitigations[0]?.status).toBe('in-place');
  });

  test('that is not on the server: a note, and its coming would make the plan stale', async () => {
    const body = await off(withServices());
    expect(findingsOf(body, 'SERVICE.ABSENT')).toMatchObject([{severity: 'note'}]);
    expect(body.assumes).toContainEqual({what: `service ${um}`, value: 'absent'});
    expect(body.mitigations[0]).toMatchObject({
      status: 'nothing-to-do',
      reason: expect.stringContaining('not installed'),
    });
  });

  test('its name is found in whatever letter case, and written as the server writes it', async () => {
    const body = await off(withServices(service(um)), um.toUpperCase());
    expect(body.steps[0]?.id).toBe(`service/${um}/off`);
  });
});

describe('dependents', () => {
  const chain = [
    service(um),
    service('Middle', {dependencies: [um]}),
    service('Outer', {dependencies: ['middle']}),
    service('Resting', {dependencies: [um], state: 'STOPPED', startType: 'demand'}),
  ];

  test('stop first, the outermost before the others, and start last', async () => {
    const {commands, undo} = stepNamed(await off(withServices(...chain)), `service/${um}/off`);
    expect(argvOf(commands)).toEqual([
      `sc.exe config ${um} start= disabled`,
      'sc.exe stop Outer',
      'sc.exe stop Middle',
      `sc.exe stop ${um}`,
    ]);
    expect(argvOf(undo)).toEqual([
      `sc.exe config ${um} start= auto`,
      `sc.exe start ${um}`,
      'sc.exe start Middle',
      'sc.exe start Outer',
    ]);
  });

  test('are named in a warning, without those that rest', async () => {
    const [finding] = findingsOf(await off(withServices(...chain)), 'SERVICE.DEPENDENTS');
    expect(finding).toMatchObject({severity: 'warn', message: `Outer, Middle need ${um} and stop with it`});
  });

  test('of two parts of the monitoring are stopped once', async () => {
    const server = withServices(
      service(um),
      service('MSExchangeHMRecovery'),
      service('MSExchangeHM'),
      service('Watcher', {dependencies: ['MSExchangeHM', 'MSExchangeHMRecovery']}),
    );
    const body = await planFor(server, [mitigation('S1', serviceAction(um, monitoring))]);
    const {commands, undo, resources} = stepNamed(body, 'monitoring/MSExchangeHMRecovery+MSExchangeHM/off');
    expect(argvOf(commands).filter((line) => line.includes('Watcher'))).toEqual(['sc.exe stop Watcher']);
    expect(argvOf(undo).at(-1)).toBe('sc.exe start Watcher');
    expect(resources.map((resource: Resource) => (resource.kind === 'service' ? resource.service : ''))).toEqual([
      'Watcher',
      'MSExchangeHMRecovery',
      'MSExchangeHM',
    ]);
  });
});

describe('services that may not be stopped', () => {
  test.each([
    'W3SVC',
    'WAS',
    'HTTP',
    'AppHostSvc',
    'RpcSs',
    'NTDS',
    'ClusSvc',
    'MSExchangeADTopology',
    'MSExchangeIS',
    'MSExchangeRepl',
  ])('%s: refused, and no acceptance lets it pass', async (name) => {
    const body = await planFor(withServices(service(name)), [mitigation('S2', serviceAction(name.toLowerCase()))], {
      options: {
        accept: [
          {code: 'SERVICE.PROTECTED', reason: 'really'},
          {code: 'SERVICE.NOT_LISTED', reason: 'really'},
        ],
      },
    });
    expect(refusingFindings(body)).toMatchObject([{code: 'SERVICE.PROTECTED', acceptable: false}]);
    expect(refusingFindings(body)[0]?.message).toContain(name);
  });

  test('nor what one of them needs, however far away', async () => {
    const body = await off(
      withServices(
        service(um),
        service('Between', {dependencies: [um]}),
        service('MSExchangeIS', {dependencies: ['Between']}),
      ),
    );
    expect(refusingFindings(body)).toMatchObject([
      {code: 'SERVICE.PROTECTED', message: `${um} is needed by MSExchangeIS, which is never stopped`},
    ]);
  });

  test('one that no catalogue names is refused until that is accepted', async () => {
    const spooler = mitigation('S3', serviceAction('Spooler'));
    const server = withServices(service('Spooler'));
    expect(refusingFindings(await planFor(server, [spooler]))).toMatchObject([
      {code: 'SERVICE.NOT_LISTED', acceptable: true, concerns: ['S3']},
    ]);
    const accept = [{code: 'SERVICE.NOT_LISTED', reason: 'printing is what is attacked'}];
    const accepted = await planFor(server, [spooler], {options: {accept}});
    expect(refusingFindings(accepted)).toEqual([]);
    expect(accepted.accepted).toEqual(accept);
    expect(findingsOf(accepted, 'SERVICE.NOT_LISTED')).toHaveLength(1);
  });
});

describe('monitoring', () => {
  test('one part of it is absent on older servers: the other is enough', async () => {
    const body = await planFor(withServices(service(umr), service('MSExchangeHM')), [
      mitigation('S1', serviceAction(umr, monitoring)),
    ]);
    expect(body.steps.map(({id}) => id)).toEqual(['monitoring/MSExchangeHM/off', `service/${umr}/off`]);
  });

  test('none of it: no step, the service all the same', async () => {
    const body = await planFor(withServices(service(umr)), [mitigation('S1', serviceAction(umr, monitoring))]);
    expect(body.steps.map(({id}) => id)).toEqual([`service/${umr}/off`]);
  });

  test('half of it is off: the rest goes, and comes back alone', async () => {
    const server = withServices(
      service(umr),
      service('MSExchangeHMRecovery', {state: 'STOPPED', startType: 'disabled'}),
      service('MSExchangeHM', {startType: 'delayed-auto'}),
    );
    const body = await planFor(server, [mitigation('S1', serviceAction(umr, monitoring))]);
    const {commands, undo} = stepNamed(body, 'monitoring/MSExchangeHMRecovery+MSExchangeHM/off');
    expect(argvOf(commands)).toEqual([
      'sc.exe config MSExchangeHM start= disabled',
      'sc.exe stop MSExchangeHM',
      'wait: MSExchangeHMWorker.exe must be gone',
    ]);
    expect(argvOf(undo)).toEqual(['sc.exe config MSExchangeHM start= delayed-auto', 'sc.exe start MSExchangeHM']);
  });

  test('a mitigation with two services takes it off once', async () => {
    const body = await planFor(fixtureServer('exchange2016-cu19'), ['CVE-2021-26857']);
    expect(body.steps.map(({kind}) => kind)).toEqual(['monitoring-off', 'service-off', 'service-off']);
    expect(body.steps[0]?.because).toEqual(['CVE-2021-26857']);
  });
});

test('a plan for services reads no web.config', async () => {
  const server = memoryServer({files: {[applicationHostPath]: '<configuration />'}, services: [service(um)]});
  await off(server);
  expect(server.read.filter((path) => /web\.config$/i.test(path))).toEqual([]);
});
