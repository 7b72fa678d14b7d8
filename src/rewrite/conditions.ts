import type {CompiledPattern} from './compile-pattern.ts';
import {type ConditionCaptures, evaluateTemplate, noCaptures, type TemplateScope} from './evaluate-template.ts';
import type {ReadyCondition, ReadyConditions} from './level.ts';
import {type MatchBudget, matchWithin} from './match-within.ts';
import type {RewriteRequest} from './model.ts';
import {type Evaluated, type Reading, readings} from './reading.ts';
import type {Pattern} from './rule.ts';
import type {ConditionTrace} from './trace.ts';

export interface Looked {
  /** What the pattern was held against. */
  readonly text: string;
  /** Negation included. */
  readonly holds: boolean;
  readonly captures: readonly string[];
  /** Offset of the match in the input; 0 where there is none. */
  readonly index: number;
  readonly doubts: readonly string[];
}

/** Matches one pattern: what cannot be told counts as not holding. */
export const look = (
  {pattern, compiled}: {pattern: Pattern; compiled: CompiledPattern},
  evaluate: (alternative: Reading | undefined) => Evaluated,
  budget: MatchBudget,
): Looked => {
  const once = ({text}: Evaluated): Looked => {
    const result = matchWithin(compiled, text, budget);
    if (result.kind === 'cannot-tell') return {text, holds: false, captures: [], index: 0, doubts: [result.reason]};
    const matched = result.kind === 'match';
    const captures = matched && !pattern.negate ? result.captures : [];
    return {text, holds: matched !== pattern.negate, captures, index: matched ? result.index : 0, doubts: []};
  };
  const evaluated = evaluate(undefined);
  const base = once(evaluated);
  if (compiled.always) return base;
  const unknown = [...new Set(evaluated.unknown)].map((name) => `the value of {${name}} is not known`);
  const other = [...evaluated.touched].filter((reading) => once(evaluate(reading)).holds !== base.holds);
  return {...base, doubts: [...base.doubts, ...unknown, ...other.map((reading) => readings[reading])]};
};

export interface ConditionContext {
  readonly scope: TemplateScope;
  readonly request: RewriteRequest;
  readonly budget: MatchBudget;
}

const lookAtFile = ({condition, input}: ReadyCondition, {scope, request}: ConditionContext): Looked => {
  const {text, unknown} = evaluateTemplate(input, scope);
  if (!request.fileAt || unknown.length > 0) {
    const what = condition.matchType === 'IsFile' ? 'a file' : 'a folder';
    return {text, holds: false, captures: [], index: 0, doubts: [`whether ${condition.input} is ${what} is not known`]};
  }
  const is = request.fileAt(text) === (condition.matchType === 'IsFile' ? 'file' : 'directory');
  return {text, holds: is !== condition.pattern.negate, captures: [], index: 0, doubts: []};
};

const lookAtCondition = (ready: ReadyCondition, context: ConditionContext): ConditionTrace => {
  const {condition, input, pattern} = ready;
  const {scope, budget} = context;
  const {text, holds, captures, doubts} =
    condition.matchType === 'Pattern'
      ? look(
          {pattern: condition.pattern, compiled: pattern},
          (alternative) => evaluateTemplate(input, scope, alternative),
          budget,
        )
      : lookAtFile(ready, context);
  const malformed = input.malformed ? [`the braces of ${condition.input} do not pair`] : [];
  return {
    input: condition.input,
    value: text,
    pattern: condition.matchType === 'Pattern' ? condition.pattern.text : condition.matchType,
    negate: condition.pattern.negate,
    holds,
    captures,
    doubts: [...doubts, ...malformed],
  };
};

/** Captures after a further condition: those of the last one that matched, or all of them one after the other. */
const withCaptures = (before: ConditionCaptures, captures: readonly string[], track: boolean): ConditionCaptures => {
  if (captures.length === 0) return before;
  if (!track || before.captures.length === 0) return {captures, otherwise: undefined};
  return {
    captures: [...before.captures, ...captures],
    otherwise: [...(before.otherwise ?? before.captures), ...captures.slice(1)],
  };
};

export interface ConditionsResult {
  readonly holds: boolean;
  readonly captures: ConditionCaptures;
  readonly conditions: readonly ConditionTrace[];
  readonly doubts: readonly string[];
}

/**
 * Looks at conditions in order and stops where the rest can change nothing. One that certainly decides makes the doubts
 * about the others meaningless.
 */
export const lookAtConditions = (ready: ReadyConditions, context: ConditionContext): ConditionsResult => {
  const {grouping, trackAllCaptures} = ready.conditions;
  const all = grouping === 'MatchAll';
  const looked: ConditionTrace[] = [];
  let captures = noCaptures;
  for (const item of ready.items) {
    const scope = {...context.scope, conditionCaptures: captures};
    const condition = lookAtCondition(item, {...context, scope});
    looked.push(condition);
    if (condition.holds) captures = withCaptures(captures, condition.captures, trackAllCaptures);
    if (condition.holds !== all && condition.doubts.length === 0) {
      return {holds: condition.holds, captures, conditions: looked, doubts: []};
    }
  }
  const holds = all ? looked.every((it) => it.holds) : looked.length === 0 || looked.some((it) => it.holds);
  return {holds, captures, conditions: looked, doubts: looked.flatMap(({doubts}) => doubts)};
};
