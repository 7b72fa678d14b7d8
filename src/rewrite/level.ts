import {type ElementSpec, specAttribute, specChildren} from '../iis/element-spec.ts';
import {type CompiledPattern, compilePattern} from './compile-pattern.ts';
import type {RewriteMap} from './evaluate-template.ts';
import {type LevelFault, levelFaults, type Reservations} from './fault.ts';
import type {RewriteLevel, SourcedElement} from './model.ts';
import {
  type Condition,
  type Conditions,
  type InboundRule,
  type OutboundRule,
  type PreCondition,
  readInboundRule,
  readOutboundRule,
  readPreCondition,
} from './rule.ts';
import {parseTemplate, type Template} from './template.ts';

/* A level made ready once for many requests: typed rules, compiled patterns, parsed templates, and what is wrong with it. */

export interface ReadyCondition {
  readonly condition: Condition;
  readonly input: Template;
  readonly pattern: CompiledPattern;
}

export interface ReadyConditions {
  readonly conditions: Conditions;
  readonly items: readonly ReadyCondition[];
}

interface ReadyRule<R extends InboundRule | OutboundRule> {
  readonly rule: R;
  readonly match: CompiledPattern;
  readonly conditions: ReadyConditions;
  /** The URL or the value of the action, where it has one. */
  readonly target: Template | undefined;
  readonly reservations: Reservations;
}

export interface ReadyInboundRule extends ReadyRule<InboundRule> {
  readonly settings: readonly {readonly name: string; readonly value: Template; readonly replace: boolean}[];
}

export type ReadyOutboundRule = ReadyRule<OutboundRule>;

export interface ReadyPreCondition {
  readonly preCondition: PreCondition;
  readonly conditions: ReadyConditions;
}

export interface RewriteRules {
  readonly configPath: string;
  readonly globalRules: readonly ReadyInboundRule[];
  readonly rules: readonly ReadyInboundRule[];
  readonly outboundRules: readonly ReadyOutboundRule[];
  /** By name in lower case. */
  readonly preConditions: ReadonlyMap<string, ReadyPreCondition>;
  readonly maps: ReadonlyMap<string, RewriteMap>;
  /** In upper case. */
  readonly allowedServerVariables: ReadonlySet<string>;
  readonly useOriginalUrlEncoding: boolean;
  /** What IIS certainly refuses. */
  readonly faults: readonly LevelFault[];
}

const readyConditions = (conditions: Conditions): ReadyConditions => ({
  conditions,
  items: conditions.items.map((condition) => ({
    condition,
    input: parseTemplate(condition.input),
    pattern: compilePattern(condition.pattern),
  })),
});

const readyRule = <R extends InboundRule | OutboundRule>(rule: R, reservations: Reservations): ReadyRule<R> => {
  const {action} = rule;
  const target = 'url' in action ? action.url : 'value' in action ? action.value : undefined;
  return {
    rule,
    match: compilePattern(rule.match),
    conditions: readyConditions(rule.conditions),
    target: target === undefined ? undefined : parseTemplate(target),
    reservations,
  };
};

const mapOf = ({element}: SourcedElement): RewriteMap => {
  const ignoreCase = specAttribute(element, 'ignoreCase')?.toLowerCase() !== 'false';
  const entry = (add: ElementSpec): [string, string] => {
    const key = specAttribute(add, 'key') ?? '';
    return [ignoreCase ? key.toLowerCase() : key, specAttribute(add, 'value') ?? ''];
  };
  return {
    name: specAttribute(element, 'name') ?? '',
    defaultValue: specAttribute(element, 'defaultValue') ?? '',
    ignoreCase,
    entries: new Map(specChildren(element, 'add').map(entry)),
  };
};

/** Reads a level for `traceRequest` and `traceResponse`. */
export const readLevel = (level: RewriteLevel): RewriteRules => {
  const {faults, reservationsAbout} = levelFaults(level);
  const inbound = (sourced: SourcedElement, section: InboundRule['section']): ReadyInboundRule => {
    const rule = readInboundRule(sourced, section);
    const settings = rule.serverVariables.map(({name, value, replace}) => ({
      name,
      value: parseTemplate(value),
      replace,
    }));
    return {...readyRule(rule, reservationsAbout(sourced)), settings};
  };
  return {
    configPath: level.configPath,
    globalRules: level.globalRules.map((sourced) => inbound(sourced, 'globalRules')),
    rules: level.rules.map((sourced) => inbound(sourced, 'rules')),
    outboundRules: level.outboundRules.map((sourced) =>
      readyRule(readOutboundRule(sourced), reservationsAbout(sourced)),
    ),
    preConditions: new Map(
      level.preConditions.map(readPreCondition).map((preCondition) => {
        const conditions = readyConditions({...preCondition, trackAllCaptures: false});
        return [preCondition.name.toLowerCase(), {preCondition, conditions}];
      }),
    ),
    maps: new Map(level.rewriteMaps.map(mapOf).map((map) => [map.name.toLowerCase(), map])),
    allowedServerVariables: new Set(
      level.allowedServerVariables.map(({element}) => (specAttribute(element, 'name') ?? '').toUpperCase()),
    ),
    useOriginalUrlEncoding: level.useOriginalUrlEncoding ?? true,
    faults,
  };
};
