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
import {
  addedLines,
  argvOf,
  findingsOf,
  mitigation,
  planFor,
  serviceAction,
  stepNamed,
  troubles,
} from '../support/planning.ts';

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

describe('the control panel’s pool on an Exchange 2019 CU8 server', () => {
  const id = 'CVE-2021-27065';
  const plan = (): Promise<PlanBody> => planFor(fixtureServer('exchange2019-cu8'), [id]);
  const monitoringOff = 'monitoring/MSExchangeHMRecovery+MSExchangeHM/off';

  test('the monitoring goes first: all disabled, the one that restarts the other stopped first, workers gone', async () => {
    const {steps} = await plan();
    expect(steps.map((step) => step.id)).toEqual([monitoringOff, 'app-pool/MSExchangeECPAppPool/off']);
    expect(argvOf(steps[0]?.commands ?? [])).toEqual([
      'sc.exe config MSExchangeHMRecovery start= disabled',
      'sc.exe config MSExchangeHM start= disabled',
      'sc.exe stop MSExchangeHMRecovery',
      'sc.exe stop MSExchangeHM',
      'wait: MSExchangeHMWorker.exe must be gone',
    ]);
  });

  test('its way back runs in the opposite order, start types before starts', async () => {
    expect(argvOf(stepNamed(await plan(), monitoringOff).undo)).toEqual([
      'sc.exe config MSExchangeHM start= auto',
      'sc.exe config MSExchangeHMRecovery start= auto',
      'sc.exe start MSExchangeHM',
      'sc.exe start MSExchangeHMRecovery',
    ]);
  });

  test('the pool: autoStart before the stop, and a look again after a minute', async () => {
    const {commands, undo} = stepNamed(await plan(), 'app-pool/MSExchangeECPAppPool/off');
    expect(argvOf(commands)).toEqual([
      'appcmd.exe set apppool MSExchangeECPAppPool /autoStart:false',
      'appcmd.exe stop apppool MSExchangeECPAppPool',
      'look again after 60000 ms',
    ]);
    expect(argvOf(undo)).toEqual([
      'appcmd.exe set apppool MSExchangeECPAppPool /autoStart:true',
      'appcmd.exe start apppool MSExchangeECPAppPool',
    ]);
    expect(commands.some((command) => JSON.stringify(command).includes('startMode'))).toBe(false);
  });

  test('503 is declared for every application of the pool, in both sites', async () => {
    const step = stepNamed(await plan(), 'app-pool/MSExchangeECPAppPool/off');
    expect(step.declares).toEqual([
      {site: 'Default Web Site', path: '/ecp', status: 503},
      {site: 'Exchange Back End', path: '/ecp', status: 503},
    ]);
    expect(step.disruption[0]).toContain('Default Web Site/ecp, Exchange Back End/ecp');
  });

  test('the diff of applicationHost.config is one attribute of one pool', async () => {
    const {predicted} = await plan();
    expect(predicted.map(({file}) => file.toLowerCase())).toEqual([applicationHostPath.toLowerCase()]);
    const lines = addedLines(predicted[0]?.diff ?? '');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/<add name="MSExchangeECPAppPool" .*autoStart="false"/);
  });

  test('the narrower alternative of every mitigation stands at the step that they share', async () => {
    const body = await planFor(fixtureServer('exchange2019-cu8'), [id, 'CVE-2021-26858']);
    expect(body.steps.map((step) => [step.id, step.because])).toEqual([
      [monitoringOff, [id, 'CVE-2021-26858']],
      ['app-pool/MSExchangeECPAppPool/off', [id]],
      ['app-pool/MSExchangeOABAppPool/off', ['CVE-2021-26858']],
    ]);
    const {disruption} = stepNamed(body, monitoringOff);
    expect(disruption.filter((sentence) => sentence.startsWith('Add-ServerMonitoringOverride'))).toEqual([
      expect.stringContaining('ECP.Proxy'),
      expect.stringContaining('OAB.Proxy'),
    ]);
  });

  test('no finding: the services are listed and nothing needs them', async () => {
    expect(troubles(await plan())).toEqual([]);
  });
});

describe('a pool', () => {
  const pool = (pools: string, state: 'Started' | 'Stopped' | 'Unknown' = 'Started'): Promise<PlanBody> =>
    planFor(smallServer({pools}).with({pools: {App: state}}), [
      mitigation('P1', {kind: 'app-pool', id: 'P1.1', description: '', pool: 'app', monitoring: undefined}),
    ]);
  const step = (body: PlanBody) => stepNamed(body, 'app-pool/App/off');

  test.each([
    ['absent', '<add name="App" />', 'appcmd.exe set apppool App /autoStart:true', null],
    ['true', '<add name="App" autoStart="true" />', 'appcmd.exe set apppool App /autoStart:true', 'true'],
  ] as const)('with autoStart %s comes back with true, and what was there is recorded', async (_, pools, back, was) => {
    const {undo, resources} = step(await pool(pools));
    expect(argvOf(undo)).toEqual([back, 'appcmd.exe start apppool App']);
    expect(resources).toEqual([{kind: 'app-pool', pool: 'App', was: {autoStart: was, state: 'Started'}}]);
  });

  test('that starts by hand only is stopped, and stays so after the way back', async () => {
    const {commands, undo} = step(await pool('<add name="App" autoStart="false" />'));
    expect(argvOf(commands)).toEqual(['appcmd.exe stop apppool App']);
    expect(argvOf(undo)).toEqual(['appcmd.exe start apppool App']);
  });

  test('that is stopped but would come back with the next reset: autoStart alone', async () => {
    const {commands, undo} = step(await pool('<add name="App" />', 'Stopped'));
    expect(argvOf(commands)).toEqual(['appcmd.exe set apppool App /autoStart:false']);
    expect(argvOf(undo)).toEqual(['appcmd.exe set apppool App /autoStart:true']);
  });

  test('that is off already: in place, nothing is proposed', async () => {
    const body = await pool('<add name="App" autoStart="false" />', 'Stopped');
    expect(body.steps).toEqual([]);
    expect(body.mitigations[0]?.status).toBe('in-place');
    expect(body.predicted).toEqual([]);
  });

  test('that is not on the server: a warning, and its coming would make the plan stale', async () => {
    const body = await pool('<add name="Other" />');
    expect(body.steps).toEqual([]);
    expect(findingsOf(body, 'POOL.ABSENT')).toMatchObject([{severity: 'warn', concerns: ['P1']}]);
    expect(body.assumes).toContainEqual({what: 'application pool app', value: 'absent'});
  });
});

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
      status: 'in-place',
      reason: expect.stringContaining('nothing on this server'),
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
