import {type ElementSpec, specAttribute} from '../iis/element-spec.ts';
import {duplicatesIn, schemaFaults} from '../iis/schema/faults.ts';
import {compilePattern} from './compile-pattern.ts';
import {dialectDoubts} from './dialect.ts';
import type {RewriteCollection, RewriteLevel, RuleSource, SourcedElement} from './model.ts';
import {type InboundRule, type Pattern, readInboundRule, readOutboundRule, readPreCondition} from './rule.ts';
import {rewriteSchema} from './schema.ts';

/** Something that makes IIS answer requests with an error instead of following the rules. */
export interface LevelFault {
  /**
   * When it strikes: `configuration`, as soon as the configuration is read, with 500.19 for every request; otherwise
   * when the rules of that section are run, with 500 for every request that gets there.
   */
  readonly stage: 'configuration' | 'globalRules' | 'rules' | 'outboundRules';
  readonly collection: RewriteCollection;
  readonly name: string;
  readonly source: RuleSource;
  /** A sentence without subject: `has the pattern "*" that is not valid`. */
  readonly reason: string;
}

/** What is not certain about one element. */
export interface Reservations {
  readonly doubts: readonly string[];
  /** False where it is not known what IIS would do with the element at all: a trace goes on as if it were not there. */
  readonly followed: boolean;
}

interface Verdict {
  readonly faults: readonly LevelFault[];
  readonly reservationsAbout: (sourced: SourcedElement) => Reservations;
}

const collections = [
  'globalRules',
  'rules',
  'outboundRules',
  'preConditions',
  'rewriteMaps',
  'allowedServerVariables',
] as const satisfies readonly RewriteCollection[];

const nameOf = (element: ElementSpec): string => specAttribute(element, 'name') ?? '';

interface PatternUse {
  readonly what: string;
  readonly pattern: Pattern;
}

const patternsOf = (sourced: SourcedElement, collection: RewriteCollection): readonly PatternUse[] => {
  const conditions = (items: InboundRule['conditions']['items']): readonly PatternUse[] =>
    items
      .filter(({matchType}) => matchType === 'Pattern')
      .map(({pattern}, index) => ({what: `condition ${index + 1}`, pattern}));
  switch (collection) {
    case 'globalRules':
    case 'rules': {
      const rule = readInboundRule(sourced, collection);
      return [{what: 'the match', pattern: rule.match}, ...conditions(rule.conditions.items)];
    }
    case 'outboundRules': {
      const rule = readOutboundRule(sourced);
      return [{what: 'the match', pattern: rule.match}, ...conditions(rule.conditions.items)];
    }
    case 'preConditions':
      return conditions(readPreCondition(sourced).items);
    default:
      return [];
  }
};

/** Facts 500: a pattern such as `*` with ECMAScript syntax makes the whole level answer 500. */
const invalidPatterns = (sourced: SourcedElement, collection: RewriteCollection): readonly string[] =>
  patternsOf(sourced, collection).flatMap(({what, pattern}) =>
    compilePattern(pattern).invalid === undefined
      ? []
      : [`has in ${what} the pattern "${pattern.text}", which is not valid`],
  );

/** A rule that is half written: what IIS does with it is not known. */
const incomplete = (sourced: SourcedElement, collection: RewriteCollection): readonly string[] => {
  if (collection !== 'rules' && collection !== 'globalRules') return [];
  const {match, action} = readInboundRule(sourced, collection);
  return [
    ...(match.text === '' ? ['the rule has no pattern for the URL; what IIS does with it is not known'] : []),
    ...('url' in action && action.url === '' ? ['the action has no URL; what IIS does with it is not known'] : []),
    ...(action.type === 'CustomResponse' && action.statusCode === 0
      ? ['the custom response has no status; what IIS does with it is not known']
      : []),
  ];
};

const stageOf = (collection: RewriteCollection): LevelFault['stage'] =>
  collection === 'globalRules' || collection === 'rules' ? collection : 'outboundRules';

const faultsOf = (sourced: SourcedElement, collection: RewriteCollection): readonly LevelFault[] => {
  const {element, source} = sourced;
  const base = {collection, name: nameOf(element), source};
  const all = schemaFaults(element, rewriteSchema[collection].item);
  const schema = all.filter(({certain}) => certain);
  if (schema.length > 0)
    return schema.map(({reason}) => ({...base, stage: 'configuration', reason: `is refused: ${reason}`}));
  // What is odd may mean another syntax, under which the pattern may be valid.
  if (all.length > 0 || specAttribute(element, 'enabled')?.toLowerCase() === 'false') return [];
  return invalidPatterns(sourced, collection).map((reason) => ({...base, stage: stageOf(collection), reason}));
};

const reservationsOf = (sourced: SourcedElement, collection: RewriteCollection): Reservations => {
  const odd = schemaFaults(sourced.element, rewriteSchema[collection].item)
    .filter(({certain}) => !certain)
    .map(({reason}) => `${reason}; whether IIS accepts that is not known`);
  if (specAttribute(sourced.element, 'enabled')?.toLowerCase() === 'false') {
    const invalid = invalidPatterns(sourced, collection);
    return {
      doubts: [...odd, ...invalid.map((it) => `a disabled rule ${it}; whether IIS minds is not known`)],
      followed: true,
    };
  }
  const open = [...odd, ...incomplete(sourced, collection)];
  const dialect = patternsOf(sourced, collection)
    .filter(({pattern}) => pattern.syntax === 'ECMAScript')
    .flatMap(({pattern}) => dialectDoubts(pattern.text));
  return {doubts: [...new Set([...open, ...dialect])], followed: open.length === 0};
};

const duplicateFaults = (level: RewriteLevel, collection: (typeof collections)[number]): readonly LevelFault[] =>
  duplicatesIn(level[collection], {
    element: ({element}: SourcedElement) => element,
    collection: rewriteSchema[collection],
  }).map(({first, again}) => ({
    stage: 'configuration',
    collection,
    name: nameOf(again.element),
    source: again.source,
    reason: `stands twice: also in ${first.source.file}, line ${first.source.line}`,
  }));

/** What IIS would say about a level before any request is looked at. */
export const levelFaults = (level: RewriteLevel): Verdict => {
  const reservations = new Map<ElementSpec, Reservations>();
  const faults = collections.flatMap((collection) => {
    for (const sourced of level[collection]) reservations.set(sourced.element, reservationsOf(sourced, collection));
    return [
      ...level[collection].flatMap((sourced) => faultsOf(sourced, collection)),
      ...duplicateFaults(level, collection),
    ];
  });
  return {faults, reservationsAbout: ({element}) => reservations.get(element) ?? {doubts: [], followed: true}};
};
