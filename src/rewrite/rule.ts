import {type ElementSpec, specChild, specChildren} from '../iis/element-spec.ts';
import type {ElementSchema} from '../iis/schema/model.ts';
import type {RuleSource, SourcedElement} from './model.ts';
import {effectiveValue} from './normal-form.ts';
import {rewriteSchema} from './schema.ts';

/* Rules as types, defaults filled in. Whether IIS would accept the element is `faultsOf`'s question (faults.ts). */

export type PatternSyntax = 'ECMAScript' | 'Wildcard' | 'ExactMatch';

export interface Pattern {
  readonly text: string;
  readonly syntax: PatternSyntax;
  readonly ignoreCase: boolean;
  readonly negate: boolean;
}

export interface Condition {
  readonly input: string;
  readonly matchType: 'Pattern' | 'IsFile' | 'IsDirectory';
  readonly pattern: Pattern;
}

export interface Conditions {
  readonly grouping: 'MatchAll' | 'MatchAny';
  readonly trackAllCaptures: boolean;
  readonly items: readonly Condition[];
}

export interface VariableSetting {
  readonly name: string;
  readonly value: string;
  readonly replace: boolean;
}

export type InboundAction =
  | {readonly type: 'None'}
  | {
      readonly type: 'Rewrite';
      readonly url: string;
      readonly appendQueryString: boolean;
      readonly logRewrittenUrl: boolean;
    }
  | {
      readonly type: 'Redirect';
      readonly url: string;
      readonly appendQueryString: boolean;
      readonly status: 301 | 302 | 303 | 307;
    }
  | {
      readonly type: 'CustomResponse';
      readonly statusCode: number;
      readonly subStatusCode: number;
      readonly statusReason: string;
      readonly statusDescription: string;
    }
  | {readonly type: 'AbortRequest'};

interface RuleBase {
  readonly name: string;
  readonly source: RuleSource;
  readonly enabled: boolean;
  readonly stopProcessing: boolean;
  /** '' where the rule says nothing; whether an answer may be cached, since URL Rewrite 2.1. */
  readonly responseCacheDirective: string;
  readonly conditions: Conditions;
}

export interface InboundRule extends RuleBase {
  readonly section: 'globalRules' | 'rules';
  readonly match: Pattern;
  readonly serverVariables: readonly VariableSetting[];
  readonly action: InboundAction;
}

/** The part of a response that an outbound rule looks at. */
export type OutboundTarget =
  | {readonly kind: 'server-variable'; readonly name: string}
  | {readonly kind: 'body'; readonly filterByTags: string; readonly customTags: string};

export interface OutboundRule extends RuleBase {
  readonly section: 'outboundRules';
  /** '' where the rule has none. */
  readonly preCondition: string;
  readonly target: OutboundTarget;
  readonly match: Pattern;
  readonly occurrences: number;
  readonly action:
    | {readonly type: 'None'}
    | {readonly type: 'Rewrite'; readonly value: string; readonly replace: boolean};
}

export interface PreCondition {
  readonly name: string;
  readonly source: RuleSource;
  readonly grouping: 'MatchAll' | 'MatchAny';
  readonly items: readonly Condition[];
}

/** Reads the attributes of one element by the schema; an absent element has the defaults. */
class Reader {
  readonly element: ElementSpec | undefined;
  readonly schema: ElementSchema;

  constructor(element: ElementSpec | undefined, schema: ElementSchema) {
    this.element = element;
    this.schema = schema;
  }

  text(name: string): string {
    return effectiveValue(this.element, name, this.schema);
  }

  truth(name: string): boolean {
    return this.text(name) === 'true';
  }

  /** The first of `values` where the element says something that the schema does not know. */
  choice<T extends string>(name: string, values: readonly [T, ...T[]]): T {
    const text = this.text(name);
    return values.find((value) => value === text) ?? values[0];
  }

  child(name: string): Reader {
    const schema = this.schema.elements[name];
    if (!schema) throw new RangeError(`the schema has no element ${name}`);
    return new Reader(this.element && specChild(this.element, name), schema);
  }

  items(): readonly Reader[] {
    const {collection} = this.schema;
    if (!collection || !this.element) return [];
    return specChildren(this.element, collection.add).map((item) => new Reader(item, collection.item));
  }
}

const syntaxOf = (rule: Reader): PatternSyntax =>
  rule.choice('patternSyntax', ['ECMAScript', 'Wildcard', 'ExactMatch']);

const patternOf = (from: Reader, attribute: 'url' | 'pattern', syntax: PatternSyntax): Pattern => ({
  text: from.text(attribute),
  syntax,
  ignoreCase: from.truth('ignoreCase'),
  negate: from.truth('negate'),
});

const conditionOf = (from: Reader, syntax: PatternSyntax): Condition => ({
  input: from.text('input'),
  matchType: from.choice('matchType', ['Pattern', 'IsFile', 'IsDirectory']),
  pattern: patternOf(from, 'pattern', syntax),
});

const groupingOf = (from: Reader): Conditions['grouping'] => from.choice('logicalGrouping', ['MatchAll', 'MatchAny']);

const baseOf = (rule: Reader, source: RuleSource): RuleBase => {
  const conditions = rule.child('conditions');
  return {
    name: rule.text('name'),
    source,
    enabled: rule.truth('enabled'),
    stopProcessing: rule.truth('stopProcessing'),
    responseCacheDirective: rule.text('responseCacheDirective'),
    conditions: {
      grouping: groupingOf(conditions),
      trackAllCaptures: conditions.truth('trackAllCaptures'),
      items: conditions.items().map((item) => conditionOf(item, syntaxOf(rule))),
    },
  };
};

const redirectStatus = {Permanent: 301, Found: 302, SeeOther: 303, Temporary: 307} as const;

const inboundActionOf = (action: Reader, section: InboundRule['section']): InboundAction => {
  const type = action.choice('type', ['None', 'Rewrite', 'Redirect', 'CustomResponse', 'AbortRequest']);
  switch (type) {
    case 'None':
    case 'AbortRequest':
      return {type};
    case 'CustomResponse':
      return {
        type,
        statusCode: Number(action.text('statusCode')),
        subStatusCode: Number(action.text('subStatusCode')),
        statusReason: action.text('statusReason'),
        statusDescription: action.text('statusDescription'),
      };
    default: {
      const target = {url: action.text('url'), appendQueryString: action.truth('appendQueryString')};
      if (type === 'Rewrite') {
        return {type, ...target, logRewrittenUrl: section === 'rules' && action.truth('logRewrittenUrl')};
      }
      const kind = action.choice('redirectType', ['Permanent', 'Found', 'SeeOther', 'Temporary']);
      return {type, ...target, status: redirectStatus[kind]};
    }
  }
};

export const readInboundRule = ({element, source}: SourcedElement, section: InboundRule['section']): InboundRule => {
  const rule = new Reader(element, rewriteSchema[section].item);
  return {
    ...baseOf(rule, source),
    section,
    match: patternOf(rule.child('match'), 'url', syntaxOf(rule)),
    serverVariables: rule
      .child('serverVariables')
      .items()
      .map((set) => ({name: set.text('name'), value: set.text('value'), replace: set.truth('replace')})),
    action: inboundActionOf(rule.child('action'), section),
  };
};

export const readOutboundRule = ({element, source}: SourcedElement): OutboundRule => {
  const rule = new Reader(element, rewriteSchema.outboundRules.item);
  const match = rule.child('match');
  const action = rule.child('action');
  const variable = match.text('serverVariable');
  return {
    ...baseOf(rule, source),
    section: 'outboundRules',
    preCondition: rule.text('preCondition'),
    target:
      variable === ''
        ? {kind: 'body', filterByTags: match.text('filterByTags'), customTags: match.text('customTags')}
        : {kind: 'server-variable', name: variable},
    match: patternOf(match, 'pattern', syntaxOf(rule)),
    occurrences: Number(match.text('occurrences')),
    action:
      action.choice('type', ['None', 'Rewrite']) === 'None'
        ? {type: 'None'}
        : {type: 'Rewrite', value: action.text('value'), replace: action.truth('replace')},
  };
};

export const readPreCondition = ({element, source}: SourcedElement): PreCondition => {
  const preCondition = new Reader(element, rewriteSchema.preConditions.item);
  return {
    name: preCondition.text('name'),
    source,
    grouping: groupingOf(preCondition),
    items: preCondition.items().map((item) => conditionOf(item, syntaxOf(preCondition))),
  };
};
