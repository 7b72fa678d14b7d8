import {type ActionText, actionText} from './action-text.ts';
import {type ConditionContext, look, lookAtConditions} from './conditions.ts';
import {noCaptures, type TemplateScope} from './evaluate-template.ts';
import type {ReadyOutboundRule, RewriteRules} from './level.ts';
import {defaultBudget, type MatchBudget} from './match-within.ts';
import type {RewriteRequest, RewriteResponse} from './model.ts';
import {plain} from './reading.ts';
import {type RequestState, requestState, serverVariable} from './server-variables.ts';
import type {ResponseTrace, RuleTrace} from './trace.ts';

interface Context {
  readonly rules: RewriteRules;
  readonly state: RequestState;
  readonly response: RewriteResponse;
  readonly budget: MatchBudget;
}

interface Looked {
  readonly trace: RuleTrace;
  readonly response: RewriteResponse;
}

const scopeOf = ({rules, state}: Context): TemplateScope => ({
  variable: (name, alternative) => serverVariable(name, state, alternative),
  ruleCaptures: [],
  conditionCaptures: noCaptures,
  maps: rules.maps,
});

/** `RESPONSE_Content_Security_Policy` is the header Content-Security-Policy, in the case that the response has it. */
const withHeader = (response: RewriteResponse, variable: string, value: string): RewriteResponse => {
  const header = variable.slice('RESPONSE_'.length).replaceAll('_', '-');
  const present = Object.keys(response.headers).find((name) => name.toLowerCase() === header.toLowerCase());
  return {...response, headers: {...response.headers, [present ?? header]: value}};
};

interface Opinion {
  readonly holds: boolean;
  readonly why: string;
  readonly doubts: readonly string[];
}

const lookAtPreCondition = ({rule}: ReadyOutboundRule, context: Context): Opinion => {
  const {preCondition: name} = rule;
  if (name === '') return {holds: true, why: 'there is no precondition', doubts: []};
  const ready = context.rules.preConditions.get(name.toLowerCase());
  if (!ready) {
    const why = `the precondition "${name}" does not exist`;
    return {holds: false, why, doubts: [`${why}; what IIS does then is not known`]};
  }
  const {state, budget} = context;
  const looked = lookAtConditions(ready.conditions, {scope: scopeOf(context), request: state.request, budget});
  return {
    holds: looked.holds,
    why: `the precondition "${name}" ${looked.holds ? 'holds' : 'does not hold'}`,
    doubts: looked.doubts,
  };
};

/** Whether the rule replaces a value as a whole or only what the pattern found in it is not known. */
const partialDoubts = (found: string, value: string): readonly string[] =>
  found === value ? [] : ['the pattern covers only a part of the value; whether the rest is kept is not known'];

const rewritten = (ready: ReadyOutboundRule, context: Context, scope: TemplateScope): ActionText | undefined => {
  const {action, target} = ready.rule;
  if (action.type === 'None' || target.kind === 'body' || !ready.target) return undefined;
  const value = serverVariable(target.name, context.state, undefined).text;
  if (!action.replace && value !== '') return undefined;
  const {text, doubts} = actionText(ready.target, scope);
  const covered = ready.rule.match.negate ? value : (scope.ruleCaptures[0] ?? '');
  return {text, doubts: [...doubts, ...partialDoubts(covered, value)]};
};

const lookAtTarget = (ready: ReadyOutboundRule, variable: string, context: Context): Looked => {
  const {rule} = ready;
  const {state, budget, response} = context;
  const base = {name: rule.name, section: rule.section, source: rule.source};
  const pre = lookAtPreCondition(ready, context);
  const value = serverVariable(variable, state, undefined);
  const match = look({pattern: rule.match, compiled: ready.match}, () => plain(value.text), budget);
  const unknown = value.unknown.map((name) => `the value of {${name}} is not known`);
  const scope = {...scopeOf(context), ruleCaptures: match.captures};
  const inner: ConditionContext = {scope, request: state.request, budget};
  const looked = lookAtConditions(ready.conditions, inner);
  const fired = pre.holds && match.holds && looked.holds;
  // One part that certainly fails makes the doubts about the others meaningless.
  const parts: readonly Opinion[] = [
    pre,
    {...match, doubts: [...match.doubts, ...unknown], why: `${variable} ${match.holds ? 'matches' : 'does not match'}`},
    {...looked, why: looked.holds ? 'the conditions hold' : 'a condition does not hold'},
  ];
  const settled = parts.some(({holds, doubts}) => !holds && doubts.length === 0);
  const effect = fired ? rewritten(ready, context, {...scope, conditionCaptures: looked.captures}) : undefined;
  const doubts = settled ? [] : [...parts.flatMap((part) => part.doubts), ...ready.reservations.doubts];
  const failing = parts.filter(({holds}) => !holds);
  return {
    response: effect === undefined ? response : withHeader(response, variable, effect.text),
    trace: {
      ...base,
      fired,
      why: (fired ? parts : failing).map(({why}) => why).join(', '),
      conditions: looked.conditions,
      doubts: [...new Set([...doubts, ...(effect?.doubts ?? [])])],
    },
  };
};

const passedOver = (ready: ReadyOutboundRule, why: string): RuleTrace => {
  const {name, section, source} = ready.rule;
  return {name, section, source, fired: false, why, conditions: [], doubts: ready.reservations.doubts};
};

const isResponseHeader = (variable: string): boolean => variable.toUpperCase().startsWith('RESPONSE_');

interface Progress {
  readonly response: RewriteResponse;
  readonly rules: readonly RuleTrace[];
  readonly notSimulated: readonly string[];
}

const next = (
  ready: ReadyOutboundRule,
  progress: Progress,
  context: Omit<Context, 'state' | 'response'> & {state: RequestState},
): Progress => {
  const {rule} = ready;
  const {target} = rule;
  const skip = (why: string): Progress => ({...progress, rules: [...progress.rules, passedOver(ready, why)]});
  if (!rule.enabled) return skip('the rule is disabled');
  if (!ready.reservations.followed) return skip('the rule is passed over');
  if (target.kind === 'body' || !isResponseHeader(target.name)) {
    const what = target.kind === 'body' ? 'the body of the response' : `the server variable ${target.name}`;
    const sentence = `rule "${rule.name}" is about ${what}, which is not simulated`;
    return {...skip('not simulated'), notSimulated: [...progress.notSimulated, sentence]};
  }
  const {response} = progress;
  const state = {...context.state, response};
  const looked = lookAtTarget(ready, target.name, {...context, state, response});
  return {...progress, response: looked.response, rules: [...progress.rules, looked.trace]};
};

/**
 * Follows a response through the outbound rules of a level. Response headers are followed; the body is not, and rules
 * that look at it are named instead.
 */
export const traceResponse = (
  rules: RewriteRules,
  {request, response}: {readonly request: RewriteRequest; readonly response: RewriteResponse},
  budget: MatchBudget = defaultBudget,
): ResponseTrace => {
  const state = requestState(rules, request, response);
  const fault = rules.faults.find(({stage}) => stage === 'configuration' || stage === 'outboundRules');
  let progress: Progress = {response, rules: [], notSimulated: []};
  for (const ready of fault ? [] : rules.outboundRules) {
    progress = next(ready, progress, {rules, state, budget});
    if (progress.rules.at(-1)?.fired && ready.rule.stopProcessing) break;
  }
  const doubts = [...progress.rules.flatMap((rule) => rule.doubts.map((it) => `rule "${rule.name}": ${it}`))];
  const {rules: traces, notSimulated} = progress;
  return {fault, headers: progress.response.headers, rules: traces, notSimulated, certain: doubts.length === 0, doubts};
};
