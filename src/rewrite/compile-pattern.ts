import {alwaysMatches} from './always-matches.ts';
import type {Complexity, PatternText} from './complexity.ts';
import type {Regex} from './regex/ast.ts';
import {type Growth, growthOf} from './regex/growth.ts';
import {NotParsed, parseRegex} from './regex/parse.ts';
import {requiredTexts} from './regex/required.ts';

/** A pattern made ready: what it is for V8 and for the machine of our own. */
export interface CompiledPattern {
  readonly pattern: PatternText;
  /** `undefined`: the pattern is not valid. */
  readonly expression: RegExp | undefined;
  /** Why the pattern is not valid, in V8's words. */
  readonly invalid: string | undefined;
  /** `undefined`: the pattern uses what only V8 understands. */
  readonly regex: Regex | undefined;
  /** Texts without which nothing matches, in the case that `fold` gives. */
  readonly required: readonly string[];
  /** Whether it finds something in every text. */
  readonly always: boolean;
  readonly complexity: Complexity;
}

const escapeForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Wildcards and exact texts cover the whole input; `*` captures, `?` does not. */
export const expressionOf = ({text, syntax}: PatternText): string => {
  switch (syntax) {
    case 'ECMAScript':
      return text;
    case 'Wildcard': {
      const parts = text
        .split(/([*?])/)
        .map((part) => (part === '*' ? '([^]*)' : part === '?' ? '[^]' : escapeForRegExp(part)));
      return `^${parts.join('')}$`;
    }
    default:
      return `^${escapeForRegExp(text)}$`;
  }
};

const toComplexity = (growth: Growth): Complexity => {
  const {reason} = growth;
  switch (growth.growth) {
    case 'linear':
      return {growth: 'linear', degree: 1, reason};
    case 'polynomial':
      return {growth: 'quadratic', degree: growth.degree, reason};
    default:
      return {growth: growth.growth, degree: undefined, reason};
  }
};

const unknown = (reason: string): Complexity => ({growth: 'unknown', degree: undefined, reason});

/** How URL Rewrite matches wildcards is not known: with one of them every way is linear. */
const complexityFor = ({text, syntax}: PatternText, regex: Regex): Complexity => {
  if (syntax === 'ExactMatch') return {growth: 'linear', degree: 1, reason: 'the whole text is compared'};
  if (syntax === 'ECMAScript') return toComplexity(growthOf(regex));
  const stars = text.match(/\*+/g)?.length ?? 0;
  if (stars <= 1) return {growth: 'linear', degree: 1, reason: 'there is at most one wildcard'};
  return unknown('how URL Rewrite matches several wildcards is not known');
};

const parsed = (source: string, ignoreCase: boolean): Regex | string => {
  try {
    return parseRegex(source, ignoreCase);
  } catch (error) {
    if (error instanceof NotParsed) return error.message;
    throw error;
  }
};

/** `(?i:...)` is younger than every engine of JScript; some versions of V8 read it. Escapes and classes are looked over. */
const hasModifiers = (source: string): boolean =>
  /\(\?[a-z-]+:/.test(source.replace(/\\./g, '..').replace(/\[[^\]]*\]/g, '.'));

const compiled = (source: string, ignoreCase: boolean): RegExp | string => {
  if (hasModifiers(source)) return `Invalid regular expression: /${source}/: Invalid group`;
  try {
    return new RegExp(source, ignoreCase ? 'i' : '');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const compile = (pattern: PatternText): CompiledPattern => {
  const source = expressionOf(pattern);
  const expression = compiled(source, pattern.ignoreCase);
  const nothing = {expression: undefined, invalid: undefined, regex: undefined, required: [], always: false};
  if (typeof expression === 'string') {
    return {...nothing, pattern, invalid: expression, complexity: unknown('the pattern is not valid')};
  }
  const regex = parsed(source, pattern.ignoreCase);
  if (typeof regex === 'string') {
    return {...nothing, pattern, expression, complexity: unknown(`the pattern holds ${regex}`)};
  }
  const required = requiredTexts(regex);
  const always = alwaysMatches(pattern, regex.root);
  return {pattern, expression, invalid: undefined, regex, required, always, complexity: complexityFor(pattern, regex)};
};

/*
 * Every application of a site inherits the same few patterns, and analysing one costs more than matching it a thousand
 * times. What is kept is a function of the key alone, and bounded.
 */
const kept = new Map<string, CompiledPattern>();
const mostKept = 500;

export const compilePattern = (pattern: PatternText): CompiledPattern => {
  const key = `${pattern.syntax} ${pattern.ignoreCase} ${pattern.text}`;
  const known = kept.get(key);
  if (known) return {...known, pattern};
  if (kept.size >= mostKept) kept.clear();
  const fresh = compile(pattern);
  kept.set(key, fresh);
  return fresh;
};
