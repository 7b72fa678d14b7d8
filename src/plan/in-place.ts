import {specAttribute} from '../iis/element-spec.ts';
import type {LayeredPath} from '../iis/layers.ts';
import type {RewriteItem} from '../mitigation/model.ts';
import {behaviourOf} from '../rewrite/behaviour.ts';
import {rewriteItemsOf} from '../rewrite/level-of.ts';
import {collectionOf, type SourcedElement} from '../rewrite/model.ts';

export interface Twin {
  readonly item: RewriteItem;
  /** Elements in force that do the same, whatever they are called. */
  readonly twins: readonly SourcedElement[];
}

const preConditionsOf = (items: readonly RewriteItem[]): readonly RewriteItem['element'][] =>
  items.filter(({collection}) => collection === 'preConditions').map(({element}) => element);

/** For every item the elements at the path that already do what it would do. */
export const twinsOf = (path: LayeredPath, items: readonly RewriteItem[]): readonly Twin[] => {
  const wanted = {preConditions: preConditionsOf(items)};
  const present = {preConditions: rewriteItemsOf(path, 'preConditions').map(({element}) => element)};
  return items.map((item) => {
    const collection = collectionOf(item);
    const behaviour = behaviourOf(item.element, collection, wanted);
    const twins = rewriteItemsOf(path, collection).filter(
      ({element}) => behaviourOf(element, collection, present) === behaviour,
    );
    return {item, twins};
  });
};

const sameText = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase();

/**
 * The items that still have to be written: rules that nobody has, what they need that nobody has under that name, and
 * no precondition whose rules are all there already.
 */
export const missingItems = (twins: readonly Twin[]): readonly RewriteItem[] => {
  const missing = twins.filter(({twins: found}) => found.length === 0).map(({item}) => item);
  const needed = (name: string | undefined): boolean =>
    missing.some(
      ({section, collection, element}) =>
        section === 'outboundRules' && collection === '' && sameText(specAttribute(element, 'preCondition'), name),
    );
  return twins
    .filter(({item, twins: found}) => {
      if (item.collection !== 'preConditions') return found.length === 0;
      const name = specAttribute(item.element, 'name');
      // A rule names its precondition: one that does the same under another name does not serve it.
      return needed(name) && !found.some(({element}) => sameText(specAttribute(element, 'name'), name));
    })
    .map(({item}) => item);
};

/** An element in force that has the name of an item but does something else. */
export const nameTakenBy = (path: LayeredPath, item: RewriteItem): SourcedElement | undefined =>
  rewriteItemsOf(path, collectionOf(item)).find(({element}) =>
    sameText(specAttribute(element, 'name'), specAttribute(item.element, 'name')),
  );
