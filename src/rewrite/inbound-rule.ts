import {type ConditionContext, look, lookAtConditions} from './conditions.ts';
import {noCaptures, type TemplateScope} from './evaluate-template.ts';
import type {ReadyInboundRule, RewriteRules} from './level.ts';
import type {MatchBudget} from './match-within.ts';
import {type Evaluated, type Reading, readings} from './reading.ts';
import {type RequestState, serverVariable} from './server-variables.ts';
import type {Template} from './template.ts';
import type {RuleTrace} from './trace.ts';
import {normalizePath, pathBelow, pathReadings, splitUrl} from './url.ts';

/** A rule that has been looked at, and what its action needs to know. */
export interface LookedRule {
  readonly trace: RuleTrace;
  readonly scope: TemplateScope;
}

export interface InboundContext {
  readonly rules: RewriteRules;
  readonly state: RequestState;
  readonly budget: MatchBudget;
}

const scopeOf = ({rules, state}: InboundContext): TemplateScope => ({
  variable: (name, alternative) => serverVariable(name, state, alternative),
  ruleCaptures: [],
  conditionCaptures: noCaptures,
  maps: rules.maps,
});

/** What the pattern of the URL is held against: the path below the level that owns the rule. */
const urlInput =
  (path: string) =>
  (alternative: Reading | undefined): Evaluated => {
    const touched = new Set<Reading>(path.includes('//') ? ['double-slashes'] : []);
    return {text: alternative === 'double-slashes' ? path.replace(/\/{2,}/g, '/') : path, touched, unknown: []};
  };

/** Doubts about how the path was decoded; where the pattern fails, only those under which it would not. */
const decodingDoubts = (
  {rule, match}: ReadyInboundRule,
  {state, budget}: InboundContext,
  holds: boolean,
): readonly string[] => {
  if (match.always) return [];
  const {path: sent} = splitUrl(state.request.url);
  const configPath = rule.section === 'globalRules' ? '' : rule.source.configPath;
  const matters = (reading: Reading): boolean => {
    if (holds || state.rewritten) return true;
    const path = pathBelow(configPath, normalizePath(sent, reading));
    return path !== undefined && look({pattern: rule.match, compiled: match}, urlInput(path), budget).holds;
  };
  return pathReadings(sent)
    .filter(matters)
    .map((reading) => readings[reading]);
};

const shortened = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}...` : text);

const matchSentence = ({rule}: ReadyInboundRule, path: string, holds: boolean): string => {
  const verb = holds !== rule.match.negate ? 'matches' : 'does not match';
  return `the URL "${shortened(path)}" ${verb} "${rule.match.text}"${rule.match.negate ? ' (negated)' : ''}`;
};

const conditionSentence = (looked: ReturnType<typeof lookAtConditions>, {rule}: ReadyInboundRule): string => {
  const total = rule.conditions.items.length;
  if (total === 0) return 'there is no condition';
  const verb = (count: number): string => (count === 1 ? 'condition holds' : 'conditions hold');
  if (rule.conditions.grouping === 'MatchAny')
    return looked.holds ? 'a condition holds' : `none of ${total} ${verb(total)}`;
  if (looked.holds) return `${total} ${verb(total)}`;
  const index = looked.conditions.findIndex(({holds}) => !holds);
  const failed = looked.conditions[index];
  return `condition ${index + 1} does not hold: ${failed?.input} is "${shortened(failed?.value ?? '')}"`;
};

/** With MatchAny it matters to an action with {C:n} whether conditions behind the first one that matched are looked at. */
const shortCircuitDoubts = (
  ready: ReadyInboundRule,
  looked: ReturnType<typeof lookAtConditions>,
): readonly string[] => {
  const {grouping, items} = ready.rule.conditions;
  const templates: readonly (Template | undefined)[] = [ready.target, ...ready.settings.map(({value}) => value)];
  const reads = templates.some((template) => /\{C:\d+\}/i.test(template?.source ?? ''));
  const open = grouping === 'MatchAny' && looked.holds && looked.conditions.length < items.length;
  return open && reads ? ['whether conditions behind the first one that holds are looked at is not known'] : [];
};

/** Looks at one rule and decides whether it fires; it does nothing yet. */
export const lookAtRule = (ready: ReadyInboundRule, context: InboundContext): LookedRule => {
  const {rule, reservations} = ready;
  const scope = scopeOf(context);
  const base = {name: rule.name, section: rule.section, source: rule.source, conditions: []};
  const out = (why: string, doubts: readonly string[] = []): LookedRule => ({
    scope,
    trace: {...base, fired: false, why, doubts},
  });
  if (!rule.enabled) return out('the rule is disabled', reservations.doubts);
  const configPath = rule.section === 'globalRules' ? '' : rule.source.configPath;
  const path = pathBelow(configPath, context.state.path);
  if (path === undefined) return out(`the URL is not below ${configPath}`);
  if (!reservations.followed) return out('the rule is passed over', reservations.doubts);
  return lookAtMatch(ready, context, {path, scope});
};

const lookAtMatch = (
  ready: ReadyInboundRule,
  inbound: InboundContext,
  {path, scope}: {path: string; scope: TemplateScope},
): LookedRule => {
  const {rule, reservations} = ready;
  const {state, budget} = inbound;
  const match = look({pattern: rule.match, compiled: ready.match}, urlInput(path), budget);
  const matchDoubts = [...match.doubts, ...decodingDoubts(ready, inbound, match.holds)];
  const base = {name: rule.name, section: rule.section, source: rule.source};
  const sentence = matchSentence(ready, path, match.holds);
  if (!match.holds && matchDoubts.length === 0) {
    return {scope, trace: {...base, fired: false, why: sentence, conditions: [], doubts: []}};
  }
  const context: ConditionContext = {scope: {...scope, ruleCaptures: match.captures}, request: state.request, budget};
  const looked = lookAtConditions(ready.conditions, context);
  const fired = match.holds && looked.holds;
  // Conditions that certainly fail make it meaningless whether the URL matched.
  const settled = !looked.holds && looked.doubts.length === 0;
  const doubts = settled
    ? []
    : [...matchDoubts, ...looked.doubts, ...shortCircuitDoubts(ready, looked), ...reservations.doubts];
  return {
    scope: {...context.scope, conditionCaptures: looked.captures},
    trace: {
      ...base,
      fired,
      why: `${sentence}, ${match.holds === looked.holds ? 'and' : 'but'} ${conditionSentence(looked, ready)}`,
      conditions: looked.conditions,
      doubts: [...new Set(doubts)],
    },
  };
};
