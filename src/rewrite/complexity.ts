import {compilePattern} from './compile-pattern.ts';
import type {PatternSyntax} from './rule.ts';

export interface Complexity {
  /** How the work of a backtracking engine grows with the text. `quadratic` stands for every polynomial above linear. */
  readonly growth: 'linear' | 'quadratic' | 'exponential' | 'unknown';
  /** 1 linear, 2 quadratic, 3 cubic ...; `undefined` where it is not a polynomial or not known. */
  readonly degree: number | undefined;
  /** A clause that follows "because". */
  readonly reason: string;
}

export interface PatternText {
  readonly text: string;
  readonly syntax: PatternSyntax;
  readonly ignoreCase: boolean;
}

/**
 * How dangerous a pattern is for the worker process that has to match it. Static, by the pattern alone: the worst text
 * decides, and a bound is never too low for what the analysis understands.
 */
export const complexityOf = (pattern: PatternText): Complexity => compilePattern(pattern).complexity;
