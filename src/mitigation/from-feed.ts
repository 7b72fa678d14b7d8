import {isRefusal} from '../kit/refusal.ts';
import type {VerifiedFeed} from '../trust/verified-feed.ts';
import {type CatalogueFileInput, catalogueFile} from './catalogue-schema.ts';
import {type ReadAction, readFeedAction} from './feed-action.ts';
import {atMostOne, attributesOf, childrenOf, groupOf, onlyOne, plainText} from './feed-fields.ts';
import {type FeedElement, notUnderstood, parseFeedTree} from './feed-tree.ts';
import type {Mitigation} from './model.ts';
import {toMitigation} from './to-mitigation.ts';

/** A `Config` of Microsoft's genuine feed: something was published. Its payload is not public and is not interpreted. */
export interface Signal {
  readonly id: string;
  readonly description: string;
}

type LaneInput = NonNullable<CatalogueFileInput['appliesTo']>[number];
type ProbeInput = NonNullable<NonNullable<CatalogueFileInput['probes']>['blocked']>[number];

const laneOf = (element: FeedElement): Record<keyof LaneInput, unknown> => {
  const {product, cu, from, fixedIn, removableFrom} = attributesOf(element, {
    required: ['product', 'cu', 'from'],
    optional: ['fixedIn', 'removableFrom'],
  });
  childrenOf(element, []);
  return {product, cu, from, fixedIn, removableFrom};
};

const probeOf = (element: FeedElement): ProbeInput => {
  const {method, url, why} = attributesOf(element, {required: ['method', 'url', 'why']});
  const headers = childrenOf(element, ['Header']).Header.map((header) => {
    childrenOf(header, []);
    const {name, value} = attributesOf(header, {required: ['name', 'value']});
    return [name, value] as const;
  });
  if (new Set(headers.map(([name]) => name.toLowerCase())).size < headers.length) {
    throw notUnderstood('a probe names one header twice');
  }
  return {method, url, headers: Object.fromEntries(headers), why};
};

const noteNames = ['SideEffect', 'Reach', 'Loss', 'Rollback', 'Alternative', 'Source'] as const;

const notesOf = (notes: FeedElement | undefined): Partial<CatalogueFileInput> => {
  if (!notes) return {};
  const found = groupOf(notes, noteNames);
  const rollback = atMostOne(notes, found.Rollback);
  const alternative = atMostOne(notes, found.Alternative);
  return {
    sideEffects: found.SideEffect.map(plainText),
    reach: found.Reach.map(plainText),
    losses: found.Loss.map(plainText),
    rollback: rollback && plainText(rollback),
    alternative: alternative && plainText(alternative),
    sources: found.Source.map(plainText),
  };
};

const probesOf = (probes: FeedElement | undefined): CatalogueFileInput['probes'] => {
  if (!probes) return {};
  const {Blocked, Passed} = groupOf(probes, ['Blocked', 'Passed']);
  return {blocked: Blocked.map(probeOf), passed: Passed.map(probeOf)};
};

const configOf = (config: FeedElement): Mitigation => {
  const {id, desc, cve} = attributesOf(config, {required: ['id', 'desc'], optional: ['cve']});
  const found = childrenOf(config, ['AppliesTo', 'ActionList', 'Notes', 'Probes']);
  const appliesTo = atMostOne(config, found.AppliesTo);
  const list = onlyOne(config, 'ActionList', found.ActionList);
  const actions: readonly ReadAction[] = groupOf(list, ['Action']).Action.map(readFeedAction);
  const checked = catalogueFile.safeParse({
    id,
    description: desc,
    cve: cve === undefined ? [] : cve.split(/\s+/),
    appliesTo: appliesTo ? groupOf(appliesTo, ['Builds']).Builds.map(laneOf) : [],
    actions: actions.map(({action}) => action),
    ...notesOf(atMostOne(config, found.Notes)),
    probes: probesOf(atMostOne(config, found.Probes)),
  });
  const issue = checked.error?.issues[0];
  if (!checked.success) throw notUnderstood(`${issue?.path.join('.')}: ${issue?.message}`);
  return toMitigation(checked.data, (index) => actions[index]?.items ?? []);
};

const namedConfig = (config: FeedElement): Mitigation => {
  try {
    return configOf(config);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const id = config.attributes.find(([name]) => name === 'id')?.[1] ?? '';
    throw notUnderstood(`its Config "${id}" is not: ${error.message.replace('the feed is genuine, but ', '')}`);
  }
};

/**
 * The mitigations of a feed in our dialect, all or none of them. A feed of Microsoft's gives none: see signalsFromFeed.
 * @throws Refusal FEED.NOT_UNDERSTOOD
 */
export const mitigationsFromFeed = (feed: VerifiedFeed): readonly Mitigation[] => {
  if (feed.dialect !== 'stopgap') return [];
  const root = parseFeedTree(feed.xml);
  if (root.name !== 'EOCS') throw notUnderstood(`its root is <${root.name}>, not <EOCS>`);
  attributesOf(root, {required: ['version'], optional: ['serial', 'issued', 'expires', 'Id']});
  const mitigations = childrenOf(root, ['Config']).Config.map(namedConfig);
  const ids = new Set<string>();
  for (const {id} of mitigations) {
    if (ids.has(id.toLowerCase())) throw notUnderstood(`the id "${id}" stands twice in it`);
    ids.add(id.toLowerCase());
  }
  return mitigations;
};

/** What a feed of Microsoft's announces; nothing for a feed in our dialect, whose configs are mitigations. */
export const signalsFromFeed = (feed: VerifiedFeed): readonly Signal[] => {
  if (feed.dialect !== 'microsoft') return [];
  return parseFeedTree(feed.xml)
    .children.filter(({name}) => name === 'Config')
    .map((config) => new Map(config.attributes))
    .map((attributes) => ({id: attributes.get('id') ?? '', description: attributes.get('desc') ?? ''}));
};
