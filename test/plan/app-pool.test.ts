import {describe, expect, test} from 'vitest';
import type {PlanBody} from '../../src/plan/model.ts';
import {smallServer} from '../support/application-host.ts';
import {applicationHostPath, fixtureServer} from '../support/memory-server.ts';
import {addedLines, argvOf, findingsOf, mitigation, planFor, stepNamed, troubles} from '../support/planning.ts';

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

  test('two mitigations share the step that takes the monitoring off, and each names its narrower alternative', async () => {
    const body = await planFor(fixtureServer('exchange2019-cu8'), [id, 'CVE-2021-26858']);
    expect(body.steps.map((step) => [step.id, step.because])).toEqual([
      [monitoringOff, [id, 'CVE-2021-26858']],
      ['app-pool/MSExchangeECPAppPool/off', [id]],
      ['app-pool/MSExchangeOABAppPool/off', ['CVE-2021-26858']],
    ]);
    expect(stepNamed(body, monitoringOff).disruption).toEqual([
      expect.stringContaining('nothing on this server is watched'),
    ]);
    expect(body.mitigations.map(({alternative}) => alternative)).toEqual([
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
