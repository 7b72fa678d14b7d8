import {type IisConfiguration, loadConfiguration} from '../iis/configuration.ts';
import type {AppPool} from '../iis/topology.ts';
import {sameName} from '../iis/topology.ts';
import type {Action, Mitigation} from '../mitigation/model.ts';
import type {ServerFacts, ServerReader} from '../server/server.ts';
import type {AppPoolState, Service} from '../server/service.ts';

export interface ObservedService {
  readonly service: Service;
  /** Services that need this one, directly or not, those that stop first coming first. */
  readonly dependents: readonly Service[];
}

export interface ObservedPool {
  readonly pool: AppPool;
  readonly state: AppPoolState;
}

/** Everything that a decision reads, taken once. Keys are lower-case names; a missing key: there is no such thing. */
export interface Observation {
  readonly facts: ServerFacts;
  readonly configuration: IisConfiguration;
  readonly services: ReadonlyMap<string, ObservedService>;
  readonly pools: ReadonlyMap<string, ObservedPool>;
}

const servicesNeededBy = (action: Action): readonly string[] => {
  if (action.kind !== 'service' && action.kind !== 'app-pool') return [];
  const own = action.kind === 'service' ? [action.service] : [];
  return [...(action.monitoring?.services ?? []), ...own];
};

/** Reads only what these mitigations are about: no service is asked for a rewrite rule. */
export const observe = async (reader: ServerReader, mitigations: readonly Mitigation[]): Promise<Observation> => {
  const facts = await reader.facts();
  const configuration = await loadConfiguration(reader, {
    configFolder: reader.configFolder,
    environment: facts.environment,
  });
  const actions = mitigations.flatMap((mitigation) => mitigation.actions);
  const services = new Map<string, ObservedService>();
  for (const name of new Set(actions.flatMap(servicesNeededBy))) {
    const observed = await observeService(reader, name);
    if (observed) services.set(name.toLowerCase(), observed);
  }
  const pools = new Map<string, ObservedPool>();
  for (const action of actions) {
    if (action.kind !== 'app-pool') continue;
    const pool = configuration.topology.pools.find(({name}) => sameName(name, action.pool));
    const state = pool && (await reader.appPoolState(pool.name));
    if (pool && state) pools.set(action.pool.toLowerCase(), {pool, state});
  }
  return {facts, configuration, services, pools};
};

const observeService = async (reader: ServerReader, name: string): Promise<ObservedService | undefined> => {
  const service = await reader.service(name);
  if (!service) return undefined;
  const dependents: Service[] = [];
  for (const dependent of await reader.dependents(name)) {
    const found = await reader.service(dependent);
    if (found) dependents.push(found);
  }
  return {service, dependents};
};
