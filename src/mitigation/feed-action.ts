import type {ElementSpec} from '../iis/element-spec.ts';
import type {CatalogueFileInput} from './catalogue-schema.ts';
import {PayloadError} from './check-element.ts';
import {atMostOne, attributesOf, childrenOf, groupOf, onlyOne, plainText} from './feed-fields.ts';
import {type FeedElement, notUnderstood} from './feed-tree.ts';
import type {RewriteItem} from './model.ts';
import {readRewritePayload} from './payload.ts';
import {checkSections} from './section-scope.ts';

type ActionInput = CatalogueFileInput['actions'][number];

export interface ReadAction {
  /** In the words of the catalogue, to be checked by its schema. */
  readonly action: unknown;
  readonly items: readonly RewriteItem[];
}

/** Only what a configuration element has: text was refused, and two equal elements must compare equal. */
const specOf = ({name, attributes, children}: FeedElement): ElementSpec => ({
  name,
  attributes,
  children: children.map(specOf),
});

const refuseText = (element: FeedElement): void => {
  if (element.text !== '') throw notUnderstood(`<${element.name}> holds text`);
  for (const child of element.children) refuseText(child);
};

const rewriteItems = (value: FeedElement, scope: string): readonly RewriteItem[] => {
  const rewrite = onlyOne(value, 'rewrite', groupOf(value, ['rewrite']).rewrite);
  refuseText(rewrite);
  try {
    const items = readRewritePayload(specOf(rewrite));
    const fault = scope === 'Site' || scope === 'VDir' ? checkSections(items, scope) : undefined;
    if (fault) throw notUnderstood(fault);
    return items;
  } catch (error) {
    if (error instanceof PayloadError) throw notUnderstood(error.message);
    throw error;
  }
};

const nameOf = (element: FeedElement): string => {
  childrenOf(element, []);
  return attributesOf(element, {required: ['name']}).name;
};

const monitoringOf = (parent: FeedElement, found: readonly FeedElement[]): unknown => {
  const monitoring = atMostOne(parent, found);
  if (!monitoring) return undefined;
  const {service, worker} = groupOf(monitoring, ['service', 'worker']);
  return {
    services: service.map(nameOf),
    workers: worker.map((element) => {
      childrenOf(element, []);
      return attributesOf(element, {required: ['image']}).image;
    }),
  };
};

/** What it must become is written out in a feed, and only one thing is known: off. */
const wantedState = (element: FeedElement, wanted: Readonly<Record<string, string>>): string => {
  childrenOf(element, []);
  const {name, ...given} = attributesOf(element, {required: ['name', ...Object.keys(wanted)]});
  for (const [key, value] of Object.entries(wanted)) {
    if (new Map(Object.entries(given)).get(key) !== value) {
      throw notUnderstood(`<${element.name}> must have ${key}="${value}"`);
    }
  }
  return name ?? '';
};

const serviceAction = (value: FeedElement, description: string | undefined): unknown => {
  const found = groupOf(value, ['monitoring', 'service']);
  const service = wantedState(onlyOne(value, 'service', found.service), {state: 'Stopped', startType: 'Disabled'});
  return {type: 'Service', description, service, monitoring: monitoringOf(value, found.monitoring)};
};

const poolAction = (value: FeedElement, description: string | undefined): unknown => {
  const found = groupOf(value, ['monitoring', 'appPool']);
  const pool = wantedState(onlyOne(value, 'appPool', found.appPool), {state: 'Stopped', autoStart: 'false'});
  return {type: 'AppPool', description, pool, monitoring: monitoringOf(value, found.monitoring)};
};

const nothingAction = (value: FeedElement, description: string | undefined): ActionInput => {
  if (plainText(value) !== 'DoNothing') throw notUnderstood('an action DoNothing has another value');
  return {type: 'DoNothing', description};
};

/** Reads one `<Action>` by the closed grammar of the dialect. */
export const readFeedAction = (element: FeedElement): ReadAction => {
  const {
    type,
    scope,
    target,
    desc: given,
  } = attributesOf(element, {
    required: ['type', 'scope'],
    optional: ['target', 'desc'],
  });
  const desc = given === '' ? undefined : given;
  const value = onlyOne(element, 'Value', childrenOf(element, ['Value']).Value);
  if (type === 'UrlRewrite') {
    const items = rewriteItems(value, scope);
    // The value has been read already; the schema only wants to see that there is one.
    return {action: {type, scope, target, description: desc, value: '<rewrite>'}, items};
  }
  if (scope !== 'Server' || target !== undefined) throw notUnderstood(`an action ${type} must have the scope Server`);
  if (type === 'Service') return {action: serviceAction(value, desc), items: []};
  if (type === 'AppPool') return {action: poolAction(value, desc), items: []};
  if (type === 'DoNothing') return {action: nothingAction(value, desc), items: []};
  throw notUnderstood(`the type of action "${type}" is unknown`);
};
