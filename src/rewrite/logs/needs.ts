import type {CompiledPattern} from '../compile-pattern.ts';
import type {ReadyCondition, ReadyInboundRule, ReadyOutboundRule, RewriteRules} from '../level.ts';
import type {TemplatePart} from '../template.ts';
import type {LogFields} from './fields.ts';
import {type LogSite, untold} from './log-request.ts';
import {variablesIn} from './reads.ts';
import type {Literals} from './scanner.ts';

/*
 * What a line must hold for a rule to be about it, read off the rule. Too little only costs time; too much would lose
 * requests, so that whatever is not understood asks for nothing.
 */

/** Shorter ones stand in every other line. */
const shortest = 3;

/**
 * Runs of letters and digits of a text that must stand in the input. Other characters may look otherwise in the log: `+`
 * for a blank, a slash for a back slash, segments taken away between slashes.
 */
const runsOf = ({required, always, expression}: CompiledPattern): readonly string[] =>
  always || !expression
    ? []
    : required
        .flatMap((text) => text.match(/[0-9A-Za-z]+/g) ?? [])
        .map((run) => run.toLowerCase())
        .filter((run) => run.length >= shortest);

/** Paths that are decoded once before a rule sees them: decoded again, `%2541` is a letter that nothing in the line shows. */
const decodedAlready = new Set(['URL', 'PATH_INFO', 'SCRIPT_NAME']);

/** Values that are worked out, and stand nowhere in the line. */
const notInLine = new Set(['HTTPS', 'SERVER_PORT_SECURE']);

/** The variable whose value a text shows, decoded at most once in all; `undefined`: it is made in another way. */
const shownVariable = (
  parts: readonly TemplatePart[],
  decoded: 'as-it-is' | 'once' = 'as-it-is',
): string | undefined => {
  const [part, ...rest] = parts;
  if (!part || rest.length > 0) return undefined;
  if (part.kind === 'variable') {
    return decoded === 'once' && decodedAlready.has(part.name.toUpperCase()) ? undefined : part.name;
  }
  if (part.kind !== 'call') return undefined;
  const name = part.name.toLowerCase();
  if (name === 'tolower') return shownVariable(part.argument, decoded);
  return name === 'urldecode' && decoded === 'as-it-is' ? shownVariable(part.argument, 'once') : undefined;
};

/** Variables that take no part in the decision: what they stand for is tried by a pattern that finds everything. */
const decides = ({condition, pattern}: ReadyCondition): boolean => condition.matchType !== 'Pattern' || !pattern.always;

export interface Needs {
  /** A line that lacks one of these is certainly not about the rule. Empty: every line may be. */
  readonly literals: Literals;
  /** Variables that the rule decides by and that the log does not hold. */
  readonly untold: readonly string[];
}

const literalsOf = (condition: ReadyCondition, fields: LogFields, site: LogSite): readonly string[] => {
  const {condition: written, pattern, input} = condition;
  const variable = shownVariable(input.parts);
  if (written.matchType !== 'Pattern' || written.pattern.negate || variable === undefined) return [];
  return notInLine.has(variable.toUpperCase()) || untold(variable, fields, site) ? [] : runsOf(pattern);
};

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

const conditionsNeed = (
  conditions: ReadyInboundRule['conditions'],
  {fields, site}: {fields: LogFields; site: LogSite},
): Needs => {
  const all = conditions.conditions.grouping === 'MatchAll' || conditions.items.length === 1;
  const files = conditions.items.filter(({condition}) => condition.matchType !== 'Pattern');
  return {
    literals: all ? conditions.items.flatMap((item) => literalsOf(item, fields, site)) : [],
    untold: [
      ...conditions.items.filter(decides).flatMap(({input}) => variablesIn(input.parts)),
      ...files.map(({condition}) => condition.input),
    ].filter((variable) => /^\{/.test(variable) || untold(variable, fields, site)),
  };
};

/** What an inbound rule needs, where no other rule changes what it sees. */
export const needsOfInbound = (
  {rule, match, conditions}: ReadyInboundRule,
  log: {fields: LogFields; site: LogSite},
): Needs => {
  const own = conditionsNeed(conditions, log);
  const url = rule.match.negate || !log.fields.at.has('cs-uri-stem') ? [] : runsOf(match);
  return {literals: distinct([...url, ...own.literals]), untold: distinct(own.untold)};
};

/** What the request must be for an outbound rule; what the response must be, no log tells. */
export const needsOfOutbound = (
  {rule, conditions}: ReadyOutboundRule,
  rules: RewriteRules,
  log: {fields: LogFields; site: LogSite},
): Needs => {
  const own = conditionsNeed(conditions, log);
  const pre = rules.preConditions.get(rule.preCondition.toLowerCase());
  const before = pre ? conditionsNeed(pre.conditions, log) : {literals: [], untold: []};
  const target = rule.target.kind === 'server-variable' ? [rule.target.name] : ['the body of the answer'];
  return {
    literals: distinct([...before.literals, ...own.literals]),
    untold: distinct([...target, ...before.untold, ...own.untold]),
  };
};

/** Whether a rule in force may give later rules another URL, or other variables, than the log has. */
export const changesRequests = ({globalRules, rules, useOriginalUrlEncoding}: RewriteRules): boolean =>
  !useOriginalUrlEncoding ||
  [...globalRules, ...rules].some(
    ({rule, settings}) => rule.enabled && (rule.action.type === 'Rewrite' || settings.length > 0),
  );
