import {sameName, type Topology} from '../iis/topology.ts';
import type {AppPoolAction} from '../mitigation/model.ts';
import {appcmd} from '../server/command.ts';
import type {ActionPlan, Deciding} from './action-plan.ts';
import {warn} from './finding.ts';
import {resourceKey} from './holds.ts';
import type {Check, DeclaredAnswer, ElementAddress, Resource, Step, StepCommand} from './model.ts';
import {monitoringStep} from './monitoring-step.ts';
import type {ObservedPool} from './observe.ts';

/** `appcmd stop apppool` waits for its worker processes: their default time limit is 90 s. */
const stopMs = 180_000;
const commandMs = 60_000;
/** Whatever watches the pool starts it again within a minute, if it does. */
const lookAgainMs = 60_000;

export const setAutoStart = (pool: string, value: 'true' | 'false'): StepCommand => ({
  do: 'run',
  command: appcmd('set', 'apppool', pool, `/autoStart:${value}`),
  timeoutMs: commandMs,
  after: [{check: 'app-pool-auto-start', pool, is: value}],
  settleMs: 0,
});

export const startPool = (pool: string): StepCommand => ({
  do: 'run',
  command: appcmd('start', 'apppool', pool),
  timeoutMs: commandMs,
  after: [{check: 'app-pool-state', pool, is: 'Started'}],
  settleMs: 30_000,
});

export const stopPool = (pool: string): StepCommand => ({
  do: 'run',
  command: appcmd('stop', 'apppool', pool),
  timeoutMs: stopMs,
  after: [{check: 'app-pool-state', pool, is: 'Stopped'}],
  settleMs: 30_000,
});

type Was = Extract<Resource, {kind: 'app-pool'}>['was'];

/** The way back. An attribute that was absent becomes an explicit `true`: appcmd has no proven way to take it away. */
export const poolOn = (pool: string, was: Was): readonly StepCommand[] => [
  ...(was.autoStart === 'false' ? [] : [setAutoStart(pool, 'true')]),
  ...(was.state === 'Started' || was.state === 'Starting' ? [startPool(pool)] : []),
];

/** Where a pool stands in applicationHost.config. */
export const poolAddress = (file: string, pool: string): ElementAddress => ({
  file,
  location: null,
  configPath: '',
  section: 'system.applicationHost/applicationPools',
  collection: '',
  element: 'add',
  keys: {name: pool},
});

const recorded = ({pool, state}: ObservedPool, {holds}: Deciding): Resource => {
  const now: Resource = {kind: 'app-pool', pool: pool.name, was: {autoStart: pool.autoStart, state}};
  return holds.resources.get(resourceKey(now))?.first ?? now;
};

/** Every application of a pool, in every site: all of them answer 503 while it is stopped. */
export const applicationsOf = (topology: Topology, pool: string): readonly DeclaredAnswer[] =>
  topology.sites
    .flatMap((site) => site.applications)
    .filter((application) => sameName(application.pool, pool))
    .map(({site, path}) => ({site, path, status: 503}));

/** One application pool off: autoStart false, or it would come back with the next reset; then stopped. */
export const planAppPool = async (action: AppPoolAction, deciding: Deciding): Promise<ActionPlan> => {
  const {seen, mitigation, prediction} = deciding;
  const observed = seen.pools.get(action.pool.toLowerCase());
  if (!observed) {
    const message = `there is no application pool ${action.pool} on this server: nothing to stop`;
    return {
      steps: [],
      findings: [warn('POOL.ABSENT', message, {concerns: [mitigation.id]})],
      inPlace: [],
      assumes: [{what: `application pool ${action.pool}`, value: 'absent'}],
    };
  }
  const monitoring = monitoringStep(action.monitoring, deciding);
  const {pool, state} = observed;
  const file = seen.configuration.applicationHost.path;
  if (pool.autoStart !== 'false') await prediction.setAttribute(poolAddress(file, pool.name), 'autoStart', 'false');
  prediction.mark(`app-pool/${pool.name}/off`);
  return {
    steps: [...monitoring.steps, poolOff(observed, action, deciding)],
    findings: [...monitoring.findings],
    inPlace: [],
    assumes: [
      ...monitoring.assumes,
      {what: `application pool ${pool.name}`, value: `${state}, autoStart ${pool.autoStart ?? 'absent'}`},
    ],
  };
};

const poolOff = (observed: ObservedPool, action: AppPoolAction, deciding: Deciding): Step => {
  const {seen, mitigation} = deciding;
  const {pool, state} = observed;
  const answers = applicationsOf(seen.configuration.topology, pool.name);
  const names = answers.map(({site, path}) => `${site}${path}`).join(', ');
  const stays: Check[] = [{check: 'app-pool-state', pool: pool.name, is: 'Stopped'}];
  const commands: StepCommand[] = [
    ...(pool.autoStart === 'false' ? [] : [setAutoStart(pool.name, 'false')]),
    ...(state === 'Stopped' ? [] : [stopPool(pool.name)]),
  ];
  return {
    id: `app-pool/${pool.name}/off`,
    kind: 'app-pool-off',
    symbol: '~',
    label: `application pool ${pool.name}: ${state}, autoStart ${pool.autoStart ?? `absent (${pool.autoStartDefault})`} → Stopped, autoStart false`,
    because: [mitigation.id],
    status: commands.length === 0 ? 'done' : 'to-do',
    resources: [recorded(observed, deciding)],
    disruption: [`every application of the pool answers 503: ${names}`, ...mitigation.notes.losses],
    reloads: [`application pool ${pool.name}: ${names}`],
    declares: [...answers],
    touches: pool.autoStart === 'false' ? [] : [seen.configuration.applicationHost.path],
    before: [
      {check: 'app-pool-auto-start', pool: pool.name, is: pool.autoStart},
      {check: 'app-pool-state', pool: pool.name, is: state},
    ],
    commands:
      commands.length > 0 && action.monitoring
        ? [...commands, {do: 'look-again', afterMs: lookAgainMs, expect: stays}]
        : commands,
    undo: [...poolOn(pool.name, {autoStart: pool.autoStart, state})],
  };
};
