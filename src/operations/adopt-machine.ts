import type {IisConfiguration} from '../iis/configuration.ts';
import type {State} from '../journal/state.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {poolOn, setAutoStart, stopPool} from '../plan/app-pool-steps.ts';
import {resourceKey} from '../plan/holds.ts';
import type {Resource, Step} from '../plan/model.ts';
import {isOff, restoreStartType, restoreState, setStartType, stopService} from '../plan/service-commands.ts';
import type {ServerReader} from '../server/server.ts';
import {adoptStep} from './adopt-elements.ts';
import {presenceOf} from './presence.ts';

/*
 * Services and pools that somebody else switched off, ExchangeMitigations.ps1 for example, and the monitoring that it
 * switched off for their sake. It recorded nowhere how they were before: the usual state is assumed, and the plan says so.
 */

const usualPool = {autoStart: null, state: 'Started'} as const;
const usualService = {startType: 'auto', state: 'RUNNING'} as const;

export interface MachineQuestion {
  readonly reader: ServerReader;
  readonly configuration: IisConfiguration;
  readonly state: Pick<State, 'resources'>;
}

/** Empty unless everything that the mitigation wants off is off, and none of it is kept off by a run of ours. */
export const machineSteps = async (mitigation: Mitigation, question: MachineQuestion): Promise<readonly Step[]> => {
  const {reader, configuration, state} = question;
  const actions = mitigation.actions.filter(({kind}) => kind === 'service' || kind === 'app-pool');
  const {wanted, found} = await presenceOf({...mitigation, actions}, reader, configuration);
  if (wanted === 0 || found < wanted) return [];
  const names = actions.flatMap((action) => ('monitoring' in action ? (action.monitoring?.services ?? []) : []));
  const monitoring = [...new Set(names)].map((service): Resource => ({kind: 'service', service, was: usualService}));
  const own = actions.flatMap((action): readonly Resource[] => {
    if (action.kind === 'app-pool') return [{kind: 'app-pool', pool: action.pool, was: usualPool}];
    return action.kind === 'service' ? [{kind: 'service', service: action.service, was: usualService}] : [];
  });
  if (own.some((resource) => state.resources.has(resourceKey(resource)))) return [];
  const steps: Step[] = [];
  // The monitoring comes first, so that it comes back last: it would look for what is still off.
  for (const resource of [...monitoring, ...own]) {
    if (await standsOff(resource, question)) steps.push(stepOf(mitigation.id, resource));
  }
  return steps;
};

/** A service that is not installed, or a pool that is not there, is nobody's. */
const standsOff = async (resource: Resource, {reader, configuration}: MachineQuestion): Promise<boolean> => {
  if (resource.kind === 'service') {
    const service = await reader.service(resource.service);
    return service !== undefined && isOff(service);
  }
  const pools = configuration.topology.pools.map(({name}) => name.toLowerCase());
  return resource.kind === 'app-pool' && pools.includes(resource.pool.toLowerCase());
};

const stepOf = (id: string, resource: Resource): Step => {
  const common = {because: [id], resources: [resource], touches: []};
  if (resource.kind === 'app-pool') {
    const {pool, was} = resource;
    return adoptStep({
      ...common,
      id: `app-pool/${pool}/off`,
      label: `application pool ${pool}: Stopped, autoStart false`,
      commands: [setAutoStart(pool, 'false'), stopPool(pool)],
      undo: poolOn(pool, was),
    });
  }
  if (resource.kind !== 'service') throw new TypeError('an element is no part of the machine');
  const {service, was} = resource;
  return adoptStep({
    ...common,
    id: `service/${service}/off`,
    label: `service ${service}: STOPPED, disabled`,
    commands: [setStartType(service, 'disabled'), stopService(service)],
    undo: [...restoreStartType(service, was), ...restoreState(service, was)],
  });
};
