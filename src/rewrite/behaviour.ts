import {type ElementSpec, specAttribute, specChild} from '../iis/element-spec.ts';
import {schemaFaults} from '../iis/schema/faults.ts';
import type {ElementSchema} from '../iis/schema/model.ts';
import {unreachable} from '../kit/unreachable.ts';
import {compilePattern} from './compile-pattern.ts';
import type {RewriteCollection} from './model.ts';
import {normalForm} from './normal-form.ts';
import {
  type Condition,
  type Conditions,
  type InboundAction,
  type InboundRule,
  type OutboundRule,
  type Pattern,
  readInboundRule,
  readOutboundRule,
  readPreCondition,
} from './rule.ts';
import {rewriteSchema} from './schema.ts';

const anything: ElementSchema = {attributes: {}, elements: {}, collection: undefined};

/** Inbound and outbound rules share a name; their own attributes tell them apart. */
const isOutbound = (rule: ElementSpec): boolean => {
  if (specAttribute(rule, 'preCondition') !== undefined) return true;
  const match = specChild(rule, 'match');
  const outboundOnly = ['serverVariable', 'pattern', 'filterByTags', 'customTags', 'occurrences'];
  if (match?.attributes.some(([name]) => outboundOnly.includes(name))) return true;
  const action = specChild(rule, 'action');
  return action !== undefined && ['value', 'replace'].some((name) => specAttribute(action, name) !== undefined);
};

const schemaOf = (element: ElementSpec): ElementSchema => {
  switch (element.name) {
    case 'rule':
      return isOutbound(element) ? rewriteSchema.outboundRules.item : rewriteSchema.rules.item;
    case 'preCondition':
      return rewriteSchema.preConditions.item;
    case 'rewriteMap':
      return rewriteSchema.rewriteMaps.item;
    default:
      return anything;
  }
};

const asArrays = ({name, attributes, children}: ElementSpec): unknown => [name, attributes, children.map(asArrays)];

/**
 * The canonical text of an element of URL Rewrite, its name included. For read-back: defaults that a writer left out or
 * spelled out, the order of attributes and that of `match`, `conditions`, `serverVariables` and `action` make no
 * difference; the order of conditions does.
 */
export const meaningOf = (element: ElementSpec): string =>
  JSON.stringify(asArrays(normalForm(element, schemaOf(element))));

/** Names of server variables have no case; names of maps and functions are left alone. */
const normalTemplate = (template: string): string =>
  template.replace(/\{([A-Za-z0-9_-]+)\}/g, (_, name: string) => `{${name.toUpperCase()}}`);

const refersTo = (kind: 'R' | 'C', templates: readonly string[]): boolean =>
  templates.some((template) => new RegExp(`\\{${kind}:\\d+\\}`, 'i').test(template));

const patternBehaviour = (pattern: Pattern, capturesUsed: boolean): unknown => {
  const {text, syntax, ignoreCase, negate} = pattern;
  return !capturesUsed && compilePattern(pattern).always ? {everything: !negate} : {text, syntax, ignoreCase, negate};
};

const conditionBehaviour = ({input, matchType, pattern}: Condition, capturesUsed: boolean): unknown =>
  matchType === 'Pattern'
    ? [normalTemplate(input), patternBehaviour(pattern, capturesUsed)]
    : [normalTemplate(input), matchType, pattern.negate];

/** How one condition is grouped, or captures that nobody reads are numbered, changes nothing. */
const conditionsBehaviour = (
  {grouping, trackAllCaptures, items}: Conditions,
  templates: readonly string[],
): unknown => {
  const used = refersTo('C', [...templates, ...items.map(({input}) => input)]);
  return {
    grouping: items.length > 1 ? grouping : 'MatchAll',
    captures: used && items.length > 1 && trackAllCaptures,
    items: items.map((item) => conditionBehaviour(item, used)),
  };
};

const inboundAction = (action: InboundAction): unknown =>
  'url' in action ? {...action, url: normalTemplate(action.url)} : action;

const inboundBehaviour = (rule: InboundRule): unknown => {
  const settings = rule.serverVariables.map(({value}) => value);
  const templates = 'url' in rule.action ? [...settings, rule.action.url] : settings;
  const inputs = rule.conditions.items.map(({input}) => input);
  const goesOn = rule.action.type === 'None' || rule.action.type === 'Rewrite';
  return {
    enabled: rule.enabled,
    match: patternBehaviour(rule.match, refersTo('R', [...templates, ...inputs])),
    conditions: conditionsBehaviour(rule.conditions, templates),
    variables: rule.serverVariables.map(({name, value, replace}) => [
      name.toUpperCase(),
      normalTemplate(value),
      replace,
    ]),
    action: inboundAction(rule.action),
    // What answers the request ends the processing anyway.
    stop: !goesOn || rule.stopProcessing,
    caching: rule.responseCacheDirective,
  };
};

const preConditionBehaviour = (element: ElementSpec): unknown => {
  const {grouping, items} = readPreCondition({element, source: nowhere});
  return {
    grouping: items.length > 1 ? grouping : 'MatchAll',
    items: items.map((item) => conditionBehaviour(item, false)),
  };
};

/** What the name of a precondition stands for. */
const namedPreCondition = (name: string, preConditions: readonly ElementSpec[]): unknown => {
  if (name === '') return 'none';
  const found = preConditions.find((item) => specAttribute(item, 'name')?.toLowerCase() === name.toLowerCase());
  return found ? preConditionBehaviour(found) : {missing: name};
};

const outboundBehaviour = (rule: OutboundRule, preConditions: readonly ElementSpec[]): unknown => {
  const {target, action} = rule;
  const templates = action.type === 'Rewrite' ? [action.value] : [];
  const inputs = rule.conditions.items.map(({input}) => input);
  return {
    enabled: rule.enabled,
    preCondition: namedPreCondition(rule.preCondition, preConditions),
    target: target.kind === 'body' ? target : {...target, name: target.name.toUpperCase()},
    // A rule that rewrites a text replaces what the pattern covers: another pattern that always matches is another rule.
    match: patternBehaviour(rule.match, action.type === 'Rewrite' || refersTo('R', [...templates, ...inputs])),
    occurrences: rule.occurrences,
    conditions: conditionsBehaviour(rule.conditions, templates),
    action: action.type === 'Rewrite' ? {...action, value: normalTemplate(action.value)} : action,
    stop: rule.stopProcessing,
    caching: rule.responseCacheDirective,
  };
};

export interface BehaviourContext {
  /** The preconditions in force where the element stands or will stand. */
  readonly preConditions: readonly ElementSpec[];
}

const nowhere = {file: '', line: 1, configPath: ''};

const behaviour = (element: ElementSpec, collection: RewriteCollection, context: BehaviourContext): unknown => {
  switch (collection) {
    case 'rules':
    case 'globalRules':
      return inboundBehaviour(readInboundRule({element, source: nowhere}, collection));
    case 'outboundRules':
      return outboundBehaviour(readOutboundRule({element, source: nowhere}), context.preConditions);
    case 'preConditions':
      return preConditionBehaviour(element);
    case 'allowedServerVariables':
      return {name: specAttribute(element, 'name')?.toUpperCase()};
    case 'rewriteMaps':
      // The name of a map is what rules say: it is part of what the map does.
      return asArrays(normalForm(element, rewriteSchema.rewriteMaps.item));
    default:
      return unreachable(collection);
  }
};

/**
 * What an element does, as a text that is equal for two elements that do the same, whatever they are called: names of
 * rules and preconditions, defaults, and attributes that the action does not use are gone. An element that IIS would
 * refuse is equal only to itself.
 */
export const behaviourOf = (element: ElementSpec, collection: RewriteCollection, context: BehaviourContext): string =>
  schemaFaults(element, rewriteSchema[collection].item).length > 0
    ? JSON.stringify([collection, 'refused', meaningOf(element)])
    : JSON.stringify([collection, behaviour(element, collection, context)]);
