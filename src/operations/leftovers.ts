import type {IisConfiguration} from '../iis/configuration.ts';
import {effectiveCollection} from '../iis/effective.ts';
import {type ElementSpec, specAttribute, specChild} from '../iis/element-spec.ts';
import {layersOf} from '../iis/layers.ts';
import {toSpec} from '../iis/to-spec.ts';
import type {State} from '../journal/state.ts';
import type {Mitigation, RewriteItem} from '../mitigation/model.ts';
import {fileKey} from '../plan/holds.ts';
import {twinsOf} from '../plan/in-place.ts';
import type {ElementAddress} from '../plan/model.ts';
import {sectionOf} from '../rewrite/level-of.ts';
import {knownName} from './known-names.ts';

/** An element of URL Rewrite that no run of ours keeps, and that is a mitigation or looks like one. */
export interface Leftover {
  readonly at: ElementAddress;
  readonly element: ElementSpec;
  readonly name: string;
  readonly line: number;
  /** Id of the mitigation; `undefined`: it only looks like one. */
  readonly mitigation: string | undefined;
  /** Who put it there, as far as its name or what it does tell. */
  readonly by: string;
}

const collections = ['globalRules', 'rules', 'outboundRules', 'preConditions'] as const;
type Collection = (typeof collections)[number];

interface Found {
  readonly at: ElementAddress;
  readonly element: ElementSpec;
  readonly line: number;
  readonly collection: Collection;
}

const itemsAt = async (configuration: IisConfiguration, configPath: string): Promise<readonly Found[]> => {
  const path = await layersOf(configuration, configPath);
  return collections.flatMap((collection) => {
    const section = sectionOf(collection);
    const inner = collection === 'preConditions' ? 'preConditions' : '';
    return effectiveCollection(path, section, inner).items.map(({element: node, file, line, location, level}) => {
      const element = toSpec(node);
      const keys = {name: specAttribute(element, 'name') ?? ''};
      const place = {file: file.path, location, configPath: level, section, collection: inner};
      return {at: {...place, element: element.name, keys}, element, line, collection};
    });
  });
};

/** Every element of URL Rewrite once, although many applications inherit it. */
const allItems = async (configuration: IisConfiguration): Promise<readonly Found[]> => {
  const found = new Map<string, Found>();
  const paths = configuration.topology.sites.flatMap(({applications}) =>
    applications.map(({configPath}) => configPath),
  );
  for (const configPath of ['', ...paths]) {
    for (const item of await itemsAt(configuration, configPath)) {
      const key = `${fileKey(item.at.file)}:${item.line}:${item.collection}`;
      if (!found.has(key)) found.set(key, item);
    }
  }
  return [...found.values()];
};

const placeOf = ({file, keys}: Pick<ElementAddress, 'file' | 'keys'>): string =>
  `${fileKey(file)} ${(keys['name'] ?? '').toLowerCase()}`;

const heldPlaces = ({resources}: State): ReadonlySet<string> =>
  new Set([...resources.values()].flatMap(({first}) => (first.kind === 'element' ? [placeOf(first.at)] : [])));

const isRewrite = (mitigation: Mitigation) =>
  mitigation.actions.flatMap((action) => (action.kind === 'rewrite' ? [action] : []));

/** Places of elements that do what a mitigation does, whatever they are called: place → id. */
const byBehaviour = async (
  mitigations: readonly Mitigation[],
  configuration: IisConfiguration,
): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (const mitigation of mitigations) {
    for (const {target, items} of isRewrite(mitigation)) {
      const isGlobal = ({section}: RewriteItem): boolean => section === 'globalRules';
      const twins = [
        ...twinsOf(
          await layersOf(configuration, target),
          items.filter((item) => !isGlobal(item)),
        ),
        ...twinsOf(await layersOf(configuration, ''), items.filter(isGlobal)),
      ];
      for (const {element, source} of twins.flatMap((twin) => twin.twins)) {
        found.set(`${fileKey(source.file)}:${source.line} ${specAttribute(element, 'name') ?? ''}`, mitigation.id);
      }
    }
  }
  return found;
};

/** A rule whose only purpose is to refuse requests. */
const refusesRequests = ({element, collection}: Found): boolean => {
  if (collection !== 'rules' && collection !== 'globalRules') return false;
  const action = specChild(element, 'action');
  const type = action && specAttribute(action, 'type')?.toLowerCase();
  if (type === 'abortrequest') return true;
  return type === 'customresponse' && /^[45]/.test((action && specAttribute(action, 'statusCode')) ?? '');
};

/** Everything that looks like a mitigation and is not ours. */
export const leftoversOf = async (
  configuration: IisConfiguration,
  {state, mitigations}: {readonly state: State; readonly mitigations: readonly Mitigation[]},
): Promise<readonly Leftover[]> => {
  const held = heldPlaces(state);
  const behaviour = await byBehaviour(mitigations, configuration);
  return (await allItems(configuration)).flatMap((item): readonly Leftover[] => {
    if (held.has(placeOf(item.at))) return [];
    const name = item.at.keys['name'] ?? '';
    const same = {at: item.at, element: item.element, name, line: item.line};
    const known = knownName(name);
    if (known) return [{...same, mitigation: known.mitigation, by: known.by}];
    const id = behaviour.get(`${fileKey(item.at.file)}:${item.line} ${name}`);
    // A precondition is only worth a word beside the rule that names it.
    if (id !== undefined && item.collection !== 'preConditions') {
      return [{...same, mitigation: id, by: 'somebody (known by what it does)'}];
    }
    return refusesRequests(item) ? [{...same, mitigation: undefined, by: 'somebody'}] : [];
  });
};
