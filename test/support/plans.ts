import {sha256} from '../../src/kit/hash.ts';
import type {Check, ElementAddress, Plan, PlanBody, Resource, Step, StepCommand} from '../../src/plan/model.ts';
import {sealPlan} from '../../src/plan/seal.ts';
import {appcmd, type CommandLine, sc} from '../../src/server/command.ts';
import type {StartType} from '../../src/server/service.ts';

/* Plans as planning makes them, in the dialect of the fake server. */

export const ruleAddress = (file: string, rule: string): ElementAddress => ({
  file,
  location: null,
  configPath: 'Default Web Site',
  section: 'system.webServer/rewrite/rules',
  collection: '',
  element: 'rule',
  keys: {name: rule},
});

export const run = (command: CommandLine, after: Check[], settleMs = 5000): StepCommand => ({
  do: 'run',
  command: {tool: command.tool, args: [...command.args]},
  timeoutMs: 120_000,
  after,
  settleMs,
});

const step = (part: Pick<Step, 'id' | 'kind' | 'label' | 'before' | 'commands' | 'undo'> & Partial<Step>): Step => ({
  symbol: '~',
  because: ['M9'],
  status: 'to-do',
  resources: [],
  disruption: [],
  reloads: [],
  declares: [],
  touches: [],
  ...part,
});

export const addRule = (file: string, rule: string, part: Partial<Step> = {}): Step => {
  const at = ruleAddress(file, rule);
  const absent: Check = {check: 'element', at, is: 'absent'};
  const present: Check = {check: 'element', at, is: 'present', meaning: sha256(rule)};
  return step({
    id: `rewrite/${rule}/add`,
    kind: 'config-edit',
    label: `${file}: rewrite rule "${rule}"`,
    resources: [{kind: 'element', at, was: 'absent'}],
    touches: [file],
    before: [absent],
    commands: [run(appcmd('set', 'config', file, `/+[name='${rule}']`), [present])],
    undo: [run(appcmd('set', 'config', file, `/-[name='${rule}']`), [absent])],
    ...part,
  });
};

export const serviceOff = (service: string, was: StartType = 'auto', part: Partial<Step> = {}): Step => {
  const startType = (is: StartType): Check => ({check: 'service-start-type', service, is});
  const state = (is: 'RUNNING' | 'STOPPED'): Check => ({check: 'service-state', service, is});
  const resource: Resource = {kind: 'service', service, was: {startType: was, state: 'RUNNING'}};
  return step({
    id: `service/${service}/off`,
    kind: 'service-off',
    label: `service ${service}: RUNNING → STOPPED`,
    resources: [resource],
    before: [startType(was), state('RUNNING')],
    commands: [
      run(sc('config', service, 'start=', 'disabled'), [startType('disabled')]),
      run(sc('stop', service), [state('STOPPED')], 60_000),
    ],
    undo: [
      run(sc('config', service, 'start=', was), [startType(was)]),
      run(sc('start', service), [state('RUNNING')], 60_000),
    ],
    ...part,
  });
};

export const poolOff = (pool: string, part: Partial<Step> = {}): Step => {
  const autoStart = (is: 'true' | 'false' | null): Check => ({check: 'app-pool-auto-start', pool, is});
  const state = (is: 'Started' | 'Stopped'): Check => ({check: 'app-pool-state', pool, is});
  return step({
    id: `app-pool/${pool}/off`,
    kind: 'app-pool-off',
    label: `app pool ${pool}: Started → Stopped`,
    resources: [{kind: 'app-pool', pool, was: {autoStart: 'true', state: 'Started'}}],
    before: [autoStart('true'), state('Started')],
    commands: [
      run(appcmd('set', 'apppool', pool, '/autoStart:false'), [autoStart('false')]),
      run(appcmd('stop', 'apppool', pool), [state('Stopped')], 60_000),
      {do: 'look-again', afterMs: 60_000, expect: [state('Stopped')]},
    ],
    undo: [
      run(appcmd('set', 'apppool', pool, '/autoStart:true'), [autoStart('true')]),
      run(appcmd('start', 'apppool', pool), [state('Started')], 60_000),
    ],
    ...part,
  });
};

export const planOf = (steps: Step[], part: Partial<PlanBody> = {}): Plan => {
  const ids = [...new Set(steps.flatMap(({because}) => because))];
  const body: PlanBody = {
    formatVersion: 1,
    purpose: 'apply',
    server: {exchangeBuild: '15.2.1118.7', buildSource: 'server.json'},
    options: {place: null},
    sources: [{kind: 'local-catalogue', digest: sha256('M9'), name: 'M9.yaml', signer: null, profile: null}],
    mitigations: ids.map((id) => ({
      id,
      description: id,
      cves: [],
      source: 0,
      status: 'planned',
      reason: 'affected',
      sideEffects: [],
      reach: [],
      losses: [],
      rollback: 'stopgap rollback',
      alternative: null,
    })),
    steps,
    predicted: [],
    findings: [],
    accepted: [],
    assumes: [],
    ...part,
  };
  const meta = {plannedAt: '2026-11-22T00:00:00.000Z', hostName: 'FAKE', server: 'fake', stopgap: '0.1.0'};
  return sealPlan(body, meta);
};
