import type {CompiledPattern} from './compile-pattern.ts';
import {runProgram} from './regex/machine.ts';
import {compileRegex, NotCompiled, type Program} from './regex/program.ts';
import {foldText} from './regex/required.ts';

/** V8 cannot be interrupted, so what it is given must be cheap by the pattern and by the length of the input. */
export interface MatchBudget {
  /** The most elementary operations that V8 is trusted with: length to the power of the pattern's degree. */
  readonly work: number;
  /** The most steps of the machine of our own, where V8 is not trusted. */
  readonly steps: number;
}

/** Well below a second for either. */
export const defaultBudget: MatchBudget = {work: 100_000_000, steps: 2_000_000};

export type MatchResult =
  /** Captures with the whole match first; one that took no part is ''. */
  | {readonly kind: 'match'; readonly captures: readonly string[]; readonly index: number}
  | {readonly kind: 'no-match'}
  | {readonly kind: 'cannot-tell'; readonly reason: string};

const programs = new WeakMap<CompiledPattern, Program | NotCompiled>();

const programOf = (compiled: CompiledPattern): Program | NotCompiled => {
  const known = programs.get(compiled);
  if (known) return known;
  let program: Program | NotCompiled;
  try {
    program = compiled.regex
      ? compileRegex(compiled.regex)
      : new NotCompiled('the pattern holds what only V8 understands');
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error;
    program = error;
  }
  programs.set(compiled, program);
  return program;
};

const lacksRequired = ({required, pattern}: CompiledPattern, input: string): boolean => {
  if (required.length === 0) return false;
  const folded = pattern.ignoreCase ? foldText(input) : input;
  return !required.every((text) => folded.includes(text));
};

const executed = (expression: RegExp, input: string): RegExpExecArray | null | 'too-long' => {
  try {
    return expression.exec(input);
  } catch (error) {
    // V8's stack of open ways is full: megabytes of input, never a URL.
    if (error instanceof RangeError) return 'too-long';
    throw error;
  }
};

const byV8 = (expression: RegExp, input: string): MatchResult => {
  const match = executed(expression, input);
  if (match === 'too-long')
    return {kind: 'cannot-tell', reason: `${input.length} characters are too many for the engine`};
  if (!match) return {kind: 'no-match'};
  return {kind: 'match', captures: Array.from(match, (part: string | undefined) => part ?? ''), index: match.index};
};

const byMachine = (compiled: CompiledPattern, input: string, budget: MatchBudget): MatchResult => {
  const program = programOf(compiled);
  const {growth, degree} = compiled.complexity;
  const kind = degree === undefined ? `of ${growth} growth` : `of degree ${degree}`;
  if (program instanceof NotCompiled) {
    return {
      kind: 'cannot-tell',
      reason: `a pattern ${kind} is not run on ${input.length} characters: ${program.message}`,
    };
  }
  const result = runProgram(program, input, budget.steps);
  if (result.kind !== 'out-of-steps') return result;
  return {
    kind: 'cannot-tell',
    reason: `a pattern ${kind} took more than ${budget.steps} steps on ${input.length} characters`,
  };
};

/**
 * Searches the input within a budget. V8 runs what is certainly cheap; anything else is run step by step, and where the
 * steps do not suffice the answer is that it cannot be told, never a guess and never a hanging process.
 */
export const matchWithin = (compiled: CompiledPattern, input: string, budget: MatchBudget): MatchResult => {
  const {expression, complexity} = compiled;
  if (!expression) return {kind: 'cannot-tell', reason: 'the pattern is not valid'};
  if (lacksRequired(compiled, input)) return {kind: 'no-match'};
  const affordable = complexity.degree !== undefined && input.length ** complexity.degree <= budget.work;
  return affordable ? byV8(expression, input) : byMachine(compiled, input, budget);
};
