import {unreachable} from '../kit/unreachable.ts';
import type {Action, Monitoring} from '../mitigation/model.ts';
import {rewriteTree} from '../mitigation/payload.ts';
import type {FeedElement} from './xml-text.ts';

const element = (
  name: string,
  attributes: FeedElement['attributes'],
  children: readonly FeedElement[] = [],
): FeedElement => ({name, attributes, children});

const monitoringElements = (monitoring: Monitoring | undefined): readonly FeedElement[] =>
  monitoring
    ? [
        element(
          'monitoring',
          [],
          [
            ...monitoring.services.map((name) => element('service', [['name', name]])),
            ...monitoring.workers.map((image) => element('worker', [['image', image]])),
          ],
        ),
      ]
    : [];

const actionValue = (action: Action): FeedElement => {
  switch (action.kind) {
    case 'rewrite':
      return element('Value', [], [rewriteTree(action.items)]);
    case 'service': {
      const off = element('service', [
        ['name', action.service],
        ['state', 'Stopped'],
        ['startType', 'Disabled'],
      ]);
      return element('Value', [], [...monitoringElements(action.monitoring), off]);
    }
    case 'app-pool': {
      const off = element('appPool', [
        ['name', action.pool],
        ['state', 'Stopped'],
        ['autoStart', 'false'],
      ]);
      return element('Value', [], [...monitoringElements(action.monitoring), off]);
    }
    case 'nothing':
      return {...element('Value', []), text: 'DoNothing'};
    default:
      return unreachable(action);
  }
};

const types = {rewrite: 'UrlRewrite', service: 'Service', 'app-pool': 'AppPool', nothing: 'DoNothing'} as const;

/** One `<Action>` of the dialect. Its id is its position and is not written. */
export const actionElement = (action: Action): FeedElement => {
  const scope = action.kind === 'rewrite' ? action.scope : 'Server';
  const target = action.kind === 'rewrite' && action.target !== '' ? [['target', action.target] as const] : [];
  const attributes = [['type', types[action.kind]] as const, ['scope', scope] as const, ...target];
  return element('Action', [...attributes, ['desc', action.description]], [actionValue(action)]);
};
