import type {IisConfiguration} from '../iis/configuration.ts';
import {specAttribute} from '../iis/element-spec.ts';
import {layersOf} from '../iis/layers.ts';
import {sameName} from '../iis/topology.ts';
import type {Action, Mitigation, RewriteAction} from '../mitigation/model.ts';
import {nameTakenBy, twinsOf} from '../plan/in-place.ts';
import {isOff} from '../plan/service-commands.ts';
import type {ServerReader} from '../server/server.ts';

/** What of a mitigation is on the server, whoever put it there. */
export interface Presence {
  readonly wanted: number;
  readonly found: number;
  /** Items whose name stands there and does something else. */
  readonly altered: number;
  /** Elements that do it: our own and those of others, with file and line. */
  readonly elements: readonly FoundElement[];
  /** What is missing or off, one sentence each. */
  readonly missing: readonly string[];
}

export interface FoundElement {
  /** `rule`, `rewriteMap`, `add` of an allowed server variable. */
  readonly kind: string;
  readonly name: string;
  /** Has the name that our catalogue gives it. */
  readonly ours: boolean;
  readonly file: string;
  readonly line: number;
}

const none: Presence = {wanted: 0, found: 0, altered: 0, elements: [], missing: []};

const together = (parts: readonly Presence[]): Presence => ({
  wanted: parts.reduce((sum, {wanted}) => sum + wanted, 0),
  found: parts.reduce((sum, {found}) => sum + found, 0),
  altered: parts.reduce((sum, {altered}) => sum + altered, 0),
  elements: parts.flatMap(({elements}) => elements),
  missing: parts.flatMap(({missing}) => missing),
});

export const presenceOf = async (
  mitigation: Mitigation,
  reader: ServerReader,
  configuration: IisConfiguration,
): Promise<Presence> => {
  const parts: Presence[] = [];
  for (const action of mitigation.actions) parts.push(await presenceOfAction(action, reader, configuration));
  return together(parts);
};

const presenceOfAction = async (
  action: Action,
  reader: ServerReader,
  configuration: IisConfiguration,
): Promise<Presence> => {
  switch (action.kind) {
    case 'rewrite':
      return rewritePresence(action, configuration);
    case 'service': {
      const service = await reader.service(action.service);
      // A service that is not installed cannot be attacked.
      if (!service) return none;
      return isOff(service)
        ? {...none, wanted: 1, found: 1}
        : {...none, wanted: 1, missing: [`service ${service.name} is ${service.state}, ${service.startType}`]};
    }
    case 'app-pool': {
      const pool = configuration.topology.pools.find(({name}) => sameName(name, action.pool));
      if (!pool) return none;
      const state = await reader.appPoolState(pool.name);
      return state === 'Stopped' && pool.autoStart === 'false'
        ? {...none, wanted: 1, found: 1}
        : {
            ...none,
            wanted: 1,
            missing: [
              `application pool ${pool.name} is ${state ?? 'unknown'}, autoStart ${pool.autoStart ?? 'absent'}`,
            ],
          };
    }
    case 'nothing':
      return none;
  }
};

const rewritePresence = async (action: RewriteAction, configuration: IisConfiguration): Promise<Presence> => {
  const path = await layersOf(configuration, action.target);
  const global = await layersOf(configuration, '');
  // A precondition alone does nothing: its rule is what counts.
  const items = action.items.filter(({collection}) => collection === '');
  const twins = [
    ...twinsOf(
      path,
      action.items.filter(({section}) => section !== 'globalRules'),
    ),
    ...twinsOf(
      global,
      action.items.filter(({section}) => section === 'globalRules'),
    ),
  ].filter(({item}) => item.collection === '');
  const missing = twins.filter(({twins: found}) => found.length === 0).map(({item}) => item);
  const takers = missing.map((item) => nameTakenBy(item.section === 'globalRules' ? global : path, item));
  return {
    wanted: items.length,
    altered: takers.filter((taker) => taker !== undefined).length,
    found: twins.filter(({twins: found}) => found.length > 0).length,
    elements: twins.flatMap(({item, twins: found}) =>
      found.map(({element, source}) => ({
        kind: element.name,
        name: specAttribute(element, 'name') ?? '',
        ours: specAttribute(element, 'name') === specAttribute(item.element, 'name'),
        file: source.file,
        line: source.line,
      })),
    ),
    missing: missing.map((item, index) => {
      const taker = takers[index];
      const name = `${item.element.name} "${specAttribute(item.element, 'name') ?? ''}"`;
      return taker
        ? `${name} was changed, it does something else now (${taker.source.file}:${taker.source.line})`
        : `${name} is not in force at ${action.target || 'the server'}`;
    }),
  };
};
