import {unreachable} from '../kit/unreachable.ts';
import {actionText} from './action-text.ts';
import type {TemplateScope} from './evaluate-template.ts';
import type {LevelFault} from './fault.ts';
import {type InboundContext, lookAtRule} from './inbound-rule.ts';
import type {ReadyInboundRule, RewriteRules} from './level.ts';
import {defaultBudget, type MatchBudget} from './match-within.ts';
import type {RewriteRequest} from './model.ts';
import type {InboundAction, InboundRule} from './rule.ts';
import {type RequestState, requestState} from './server-variables.ts';
import {parseTemplate} from './template.ts';
import type {Answer, RuleTrace, Trace} from './trace.ts';
import {isDoubleEscaped, joinUrl, levelPath, normalizePath, pathBelow, splitUrl} from './url.ts';

/** Where a request is between two rules: an answer ends it. */
interface Progress {
  readonly state: RequestState;
  readonly answer: Answer | undefined;
  readonly rules: readonly RuleTrace[];
  readonly doubts: readonly string[];
}

const appended = (url: string, {query}: RequestState, append: boolean): string =>
  !append || query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;

/** A URL without a slash in front is meant below the level that owns the rule. */
const absolute = (url: string, {section, source}: InboundRule): string => {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url) || url.startsWith('/')) return url;
  return `${section === 'globalRules' ? '' : levelPath(source.configPath)}/${url}`;
};

/** Only a rule of the whole server may set any variable: facts 500 for what is not in allowedServerVariables. */
const forbidden = ({rule, settings}: ReadyInboundRule, rules: RewriteRules): LevelFault | undefined => {
  if (rule.section === 'globalRules') return undefined;
  const set = settings.find(({name}) => !rules.allowedServerVariables.has(name.toUpperCase()));
  if (!set) return undefined;
  const reason = `sets the server variable ${set.name}, which is not in allowedServerVariables`;
  return {stage: 'rules', collection: 'rules', name: rule.name, source: rule.source, reason};
};

interface Settings {
  readonly settings: ReadonlyMap<string, string>;
  readonly doubts: readonly string[];
}

const withSettings = (ready: ReadyInboundRule, scope: TemplateScope, {settings: before}: RequestState): Settings => {
  const settings = new Map(before);
  const doubts: string[] = [];
  for (const {name, value, replace} of ready.settings) {
    const {text, doubts: valueDoubts} = actionText(value, scope);
    const present = scope.variable(name, undefined).text !== '';
    if (replace || !present) {
      settings.set(name.toUpperCase(), text);
      doubts.push(...valueDoubts.map((doubt) => `${name}: ${doubt}`));
    }
  }
  return {settings, doubts};
};

type Acted = Pick<Progress, 'state' | 'answer' | 'doubts'>;

const rewrite = (url: string, state: RequestState, level: string): Acted => {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) {
    const doubts = ['the URL leads to another server, which needs Application Request Routing'];
    return {state, answer: {kind: 'passed', url}, doubts};
  }
  const {path, query} = splitUrl(url);
  const outside = pathBelow(level, path) === undefined;
  const doubts = outside ? ['the rewritten URL belongs to another application, whose rules are not looked at'] : [];
  return {state: {...state, path: normalizePath(path), query, rewritten: true}, answer: undefined, doubts};
};

const act = (
  {rule, target}: ReadyInboundRule,
  {action, scope}: {action: InboundAction; scope: TemplateScope},
  {state, rules}: InboundContext,
): Acted => {
  switch (action.type) {
    case 'None':
      return {state, answer: undefined, doubts: []};
    case 'AbortRequest':
      return {state, answer: {kind: 'aborted'}, doubts: []};
    case 'CustomResponse': {
      const {
        statusCode: status,
        subStatusCode: subStatus,
        statusReason: reason,
        statusDescription: description,
      } = action;
      return {state, answer: {kind: 'custom-response', status, subStatus, reason, description}, doubts: []};
    }
    case 'Redirect':
    case 'Rewrite': {
      const {text, doubts} = actionText(target ?? parseTemplate(action.url), scope);
      const url = appended(absolute(text, rule), state, action.appendQueryString);
      if (action.type === 'Redirect') {
        return {state, answer: {kind: 'redirected', status: action.status, location: url}, doubts};
      }
      const rewritten = rewrite(url, state, rules.configPath);
      return {...rewritten, doubts: [...doubts, ...rewritten.doubts]};
    }
    default:
      return unreachable(action);
  }
};

const fire = (ready: ReadyInboundRule, scope: TemplateScope, context: InboundContext): Acted => {
  const {state, rules} = context;
  const fault = forbidden(ready, rules);
  if (fault) return {state, answer: {kind: 'error', status: 500, subStatus: undefined, fault}, doubts: []};
  const {settings, doubts} = withSettings(ready, scope, state);
  const changed = {...state, settings};
  const acted = act(ready, {action: ready.rule.action, scope}, {...context, state: changed});
  return {...acted, doubts: [...doubts, ...acted.doubts]};
};

const runRules = (
  list: readonly ReadyInboundRule[],
  start: Progress,
  context: Omit<InboundContext, 'state'>,
): Progress => {
  let progress = start;
  for (const ready of list) {
    const {trace, scope} = lookAtRule(ready, {...context, state: progress.state});
    progress = {...progress, rules: [...progress.rules, trace]};
    if (!trace.fired) continue;
    const acted = fire(ready, scope, {...context, state: progress.state});
    progress = {...progress, ...acted, doubts: [...progress.doubts, ...acted.doubts]};
    if (progress.answer !== undefined || ready.rule.stopProcessing) break;
  }
  return progress;
};

/** A fault strikes before the rules of its section are run. */
const struckBy = (progress: Progress, fault: LevelFault | undefined): Progress => {
  if (!fault || progress.answer) return progress;
  const subStatus = fault.stage === 'configuration' ? 19 : undefined;
  return {...progress, answer: {kind: 'error', status: 500, subStatus, fault}};
};

const run = (rules: RewriteRules, start: Progress, budget: MatchBudget): Progress => {
  const {faults} = rules;
  const misread = faults.find(({stage}) => stage === 'configuration');
  const global = faults.find(({collection}) => collection === 'globalRules');
  let progress = struckBy(start, global);
  if (!progress.answer) progress = runRules(rules.globalRules, progress, {rules, budget});
  if (misread && !global && progress.answer) {
    const doubt = `whether the fault of "${misread.name}" is noticed before a global rule answers is not known`;
    progress = {...progress, doubts: [...progress.doubts, doubt]};
  }
  progress = struckBy(progress, misread ?? faults.find(({stage}) => stage === 'rules'));
  return progress.answer ? progress : runRules(rules.rules, progress, {rules, budget});
};

const decider = (answer: Answer, rules: readonly RuleTrace[]): RuleTrace | undefined => {
  const last = rules.findLast(({fired}) => fired);
  if (answer.kind === 'passed') return undefined;
  if (answer.kind !== 'error') return last;
  return last && last.source === answer.fault.source ? last : undefined;
};

/**
 * Follows a request through the inbound rules of a level: global rules first, then the others from parent to child. What
 * runs before them, request filtering above all, is not simulated.
 */
export const traceRequest = (
  rules: RewriteRules,
  request: RewriteRequest,
  budget: MatchBudget = defaultBudget,
): Trace => {
  const state = requestState(rules, request);
  const filtered = isDoubleEscaped(splitUrl(request.url).path)
    ? [
        'request filtering, which runs before the rules, refuses a path that is encoded twice unless it is told otherwise',
      ]
    : [];
  const end = run(rules, {state, answer: undefined, rules: [], doubts: filtered}, budget);
  const url = end.state.rewritten ? joinUrl(end.state) : request.url;
  const answer = end.answer ?? {kind: 'passed', url};
  const doubts = [...end.rules.flatMap((rule) => rule.doubts.map((it) => `rule "${rule.name}": ${it}`)), ...end.doubts];
  return {
    answer,
    decidedBy: decider(answer, end.rules),
    rules: end.rules,
    serverVariables: Object.fromEntries(end.state.settings),
    certain: doubts.length === 0,
    doubts: [...new Set(doubts)],
  };
};
