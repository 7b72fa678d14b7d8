import {type ElementSpec, specAttribute, specChild} from '../iis/element-spec.ts';
import {checkElement, PayloadError} from './check-element.ts';
import type {RewriteItem, RewriteSection} from './model.ts';
import {rewriteGrammar} from './rewrite-grammar.ts';
import {inSchemaOrder} from './schema-order.ts';

/** What must be there first comes first: a rule may use a variable or a map, an outbound rule its precondition. */
const sectionOrder: readonly RewriteSection[] = [
  'allowedServerVariables',
  'rewriteMaps',
  'globalRules',
  'rules',
  'outboundRules',
];

/** A condition without a pattern means nothing that is written down anywhere. */
const checkConditions = (spec: ElementSpec, path: readonly number[]): void => {
  for (const [index, child] of spec.children.entries()) {
    const isCondition = child.name === 'add' && specAttribute(child, 'input') !== undefined;
    const byPattern = (specAttribute(child, 'matchType') ?? 'Pattern') === 'Pattern';
    if (isCondition && byPattern && specAttribute(child, 'pattern') === undefined) {
      throw new PayloadError('<add> needs the attribute pattern', [...path, index]);
    }
    checkConditions(child, [...path, index]);
  }
};

/** An outbound rule that names an unknown precondition never runs; one of somebody else may change under it. */
const checkPreConditions = (root: ElementSpec): void => {
  const sectionIndex = root.children.findIndex(({name}) => name === 'outboundRules');
  const section = root.children[sectionIndex];
  if (!section) return;
  const list = specChild(section, 'preConditions')?.children ?? [];
  const known = new Set(list.map((child) => specAttribute(child, 'name')?.toLowerCase()));
  for (const [index, rule] of section.children.entries()) {
    const wanted = rule.name === 'rule' ? specAttribute(rule, 'preCondition') : undefined;
    if (wanted !== undefined && !known.has(wanted.toLowerCase())) {
      throw new PayloadError(`the precondition "${wanted}" does not stand here`, [sectionIndex, index], 'preCondition');
    }
  }
};

const itemsOf = (root: ElementSpec, section: RewriteSection): readonly RewriteItem[] => {
  const content = specChild(root, section);
  if (!content) return [];
  const preConditions = specChild(content, 'preConditions')?.children ?? [];
  const own = content.children.filter(({name}) => name !== 'preConditions');
  return [
    ...preConditions.map((element): RewriteItem => ({section, collection: 'preConditions', element})),
    ...own.map((element): RewriteItem => ({section, collection: '', element})),
  ];
};

/**
 * The elements that `<rewrite>` asks for. Order inside of one collection is kept, it is meaning; collections stand in
 * the order in which they need each other.
 * @throws PayloadError
 */
export const readRewritePayload = (given: ElementSpec): readonly RewriteItem[] => {
  if (given.name !== 'rewrite') throw new PayloadError(`<rewrite> is expected here, not <${given.name}>`, []);
  checkElement(given, rewriteGrammar);
  checkConditions(given, []);
  checkPreConditions(given);
  const root = inSchemaOrder(given, rewriteGrammar);
  const items = sectionOrder.flatMap((section) => itemsOf(root, section));
  if (items.length === 0) throw new PayloadError('<rewrite> holds nothing', []);
  return items;
};

const collectionOf = (items: readonly RewriteItem[], section: RewriteSection): readonly ElementSpec[] => {
  const own = items.filter((item) => item.section === section);
  const preConditions = own.filter(({collection}) => collection === 'preConditions').map(({element}) => element);
  const rest = own.filter(({collection}) => collection === '').map(({element}) => element);
  return preConditions.length === 0
    ? rest
    : [{name: 'preConditions', attributes: [], children: preConditions}, ...rest];
};

/** The way back: `<rewrite>` with these items; what `readRewritePayload` gave becomes the same items again. */
export const rewriteTree = (items: readonly RewriteItem[]): ElementSpec => ({
  name: 'rewrite',
  attributes: [],
  children: sectionOrder
    .map((section): ElementSpec => ({name: section, attributes: [], children: collectionOf(items, section)}))
    .filter(({children}) => children.length > 0),
});

/** Names of the elements, for a person: `rule "stopgap M1.1 PowerShell - inbound"`. */
export const itemLabel = ({element}: RewriteItem): string =>
  `${element.name} "${specAttribute(element, 'name') ?? ''}"`;
