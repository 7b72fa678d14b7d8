import {unreachable} from '../kit/unreachable.ts';
import type {CatalogueFile} from './catalogue-schema.ts';
import type {Action, BuildLane, Mitigation, Monitoring, ProbeRequest, RewriteItem} from './model.ts';

type ActionInput = CatalogueFile['actions'][number];

/** Sentences are one line whatever the line width of the file that they came from. */
export const unwrap = (text: string): string => text.trim().replace(/\s+/gu, ' ');

const monitoringOf = (monitoring: {services: string[]; workers: string[]} | undefined): Monitoring | undefined =>
  monitoring && {services: monitoring.services, workers: monitoring.workers};

const actionOf = (action: ActionInput, id: string, items: readonly RewriteItem[]): Action => {
  const base = {id, description: unwrap(action.description ?? '')};
  switch (action.type) {
    case 'UrlRewrite':
      return {...base, kind: 'rewrite', scope: action.scope, target: action.target ?? '', items};
    case 'Service':
      return {...base, kind: 'service', service: action.service, monitoring: monitoringOf(action.monitoring)};
    case 'AppPool':
      return {...base, kind: 'app-pool', pool: action.pool, monitoring: monitoringOf(action.monitoring)};
    case 'DoNothing':
      return {...base, kind: 'nothing'};
    default:
      return unreachable(action);
  }
};

const probeOf = ({method, url, headers, why}: ProbeRequest): ProbeRequest => ({method, url, headers, why: unwrap(why)});

const laneOf = ({product, cu, from, fixedIn, removableFrom}: CatalogueFile['appliesTo'][number]): BuildLane => ({
  product,
  cu,
  from,
  fixedIn,
  removableFrom,
});

/** A checked file becomes a mitigation; `itemsOf` reads the rewrite payload of the action with that number, from 0. */
export const toMitigation = (file: CatalogueFile, itemsOf: (action: number) => readonly RewriteItem[]): Mitigation => ({
  id: file.id,
  description: unwrap(file.description),
  cves: file.cve,
  appliesTo: file.appliesTo.map(laneOf),
  actions: file.actions.map((action, index) =>
    actionOf(action, `${file.id}.${index + 1}`, action.type === 'UrlRewrite' ? itemsOf(index) : []),
  ),
  notes: {
    sideEffects: file.sideEffects.map(unwrap),
    reach: file.reach.map(unwrap),
    losses: file.losses.map(unwrap),
    rollback: unwrap(file.rollback ?? ''),
    alternative: file.alternative === undefined ? undefined : unwrap(file.alternative),
    sources: file.sources.map(unwrap),
  },
  blocked: file.probes.blocked.map(probeOf),
  passed: file.probes.passed.map(probeOf),
});
