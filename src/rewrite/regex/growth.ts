import type {Regex} from './ast.ts';
import {hasUnit, intersectionOf} from './char-set.ts';
import {Walks} from './loops.ts';
import {type Automaton, automatonOf, TooLarge} from './positions.ts';

/*
 * How the steps of a backtracking engine grow with the text. Exponential: one state with two different ways round for
 * the same text. Polynomial: two loops that one text can be divided between; chained, they multiply. (Weber and Seidl,
 * "On the degree of ambiguity of finite automata", 1991; applied to regular expressions by Weideman et al., 2016.)
 * The search for a place to begin is a loop in front of the pattern. Ways that end where the rest always matches do not
 * count: the engine never comes back from there.
 */

export type Growth =
  | {readonly growth: 'linear' | 'unknown'; readonly reason: string}
  | {readonly growth: 'polynomial'; readonly degree: number; readonly reason: string}
  | {readonly growth: 'exponential'; readonly reason: string};

const maxWork = 3_000_000;

export const growthOf = (regex: Regex): Growth => {
  let automaton: Automaton;
  try {
    automaton = automatonOf(regex);
  } catch (error) {
    if (error instanceof TooLarge) return {growth: 'unknown', reason: `the pattern has ${error.message} that read`};
    throw error;
  }
  const walks = new Walks(automaton);
  const exponential = ambiguousLoop(walks);
  if (exponential) return {growth: 'exponential', reason: exponential};
  const polynomial = chains(walks);
  if (walks.work > maxWork) return {growth: 'unknown', reason: 'the pattern is too intricate for this analysis'};
  if (automaton.hasBackReference)
    return {growth: 'unknown', reason: 'what a back reference repeats depends on the text'};
  if (polynomial.length === 0) return {growth: 'linear', reason: 'no text can be divided between two of its loops'};
  return {growth: 'polynomial', degree: polynomial.length + 1, reason: polynomial.join('; ')};
};

const preferred = 'abcdefghijklmnopqrstuvwxyz0123456789/.-_= ';

/** A unit that all the states read, to show to a person. */
const sample = (walks: Walks, ...states: readonly number[]): string => {
  const common = states.map((state) => walks.set(state)).reduce(intersectionOf);
  const nice = Array.from(preferred).find((char) => hasUnit(common, char.charCodeAt(0)));
  return `"${nice ?? String.fromCharCode(common[0]?.[0] ?? 0)}"`;
};

const isCommitted = (walks: Walks, state: number): boolean => walks.automaton.positions[state]?.committed === true;
const scopeOf = (walks: Walks, state: number): number => walks.automaton.positions[state]?.scope ?? 0;

const ambiguousLoop = (walks: Walks): string | undefined => {
  for (const loop of walks.loops((state) => !isCommitted(walks, state))) {
    const twice = [...loop].find((from) => [...walks.next(from)].some(([to, ways]) => ways > 1 && loop.has(to)));
    const state = twice ?? forked(walks, loop);
    if (walks.work > maxWork) return undefined;
    if (state !== undefined) {
      return `a repetition inside of a repetition: a run of ${sample(walks, state)} can be divided in exponentially many ways`;
    }
  }
  return undefined;
};

/** A state from which two walks part and meet again on one text, inside of the loop. */
const forked = (walks: Walks, loop: ReadonlySet<number>): number | undefined => {
  const width = walks.automaton.positions.length;
  const forward = new Map<number, readonly number[]>();
  const open = [...loop].map((state) => state * width + state);
  const seen = new Set(open);
  for (let pair = open.pop(); pair !== undefined && walks.work <= maxWork; pair = open.pop()) {
    const next = pairsAfter(walks, pair, {loop, width});
    forward.set(pair, next);
    for (const other of next) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return meeting(forward, width);
};

const pairsAfter = (
  walks: Walks,
  pair: number,
  {loop, width}: {loop: ReadonlySet<number>; width: number},
): readonly number[] => {
  const [a, b] = [Math.floor(pair / width), pair % width];
  const found: number[] = [];
  for (const nextA of walks.next(a).keys()) {
    if (!loop.has(nextA)) continue;
    for (const nextB of walks.next(b).keys()) {
      walks.work++;
      if (loop.has(nextB) && walks.overlap(nextA, nextB)) found.push(nextA * width + nextB);
    }
  }
  return found;
};

/** Whether a pair of different states, all of which come from one state, leads to one state again. */
const meeting = (forward: ReadonlyMap<number, readonly number[]>, width: number): number | undefined => {
  const isOne = (pair: number): boolean => Math.floor(pair / width) === pair % width;
  const backward = new Map<number, number[]>();
  for (const [pair, next] of forward) {
    for (const other of next) backward.set(other, [...(backward.get(other) ?? []), pair]);
  }
  const open = [...forward.keys()].filter(isOne);
  const seen = new Set(open);
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    for (const before of backward.get(pair) ?? []) {
      if (!isOne(before)) return Math.floor(before / width);
      if (seen.has(before)) continue;
      seen.add(before);
      open.push(before);
    }
  }
  return undefined;
};

interface Divided {
  /** States of the two loops. */
  readonly from: number;
  readonly to: number;
}

/** The longest chain of loops that one text can be divided between, each link as a sentence. */
const chains = (walks: Walks): readonly string[] => {
  const wide = walks.loops(() => true);
  const strict = walks.loops((state) => !isCommitted(walks, state));
  const loopOf = new Map(
    [...wide, ...strict].flatMap((loop, index) => [...loop].map((state): [number, number] => [state, index])),
  );
  // One link for each pair of loops is enough.
  const links = new Map(
    dividedLoops(walks, {wide, strict}).map((link) => [`${loopOf.get(link.from)}-${loopOf.get(link.to)}`, link]),
  );
  const longest = (after: number | undefined, used: ReadonlySet<Divided>): readonly Divided[] => {
    const reach = after === undefined ? undefined : new Set([after, ...walks.reachable([after], () => true)]);
    return [...links.values()]
      .filter((link) => !used.has(link) && (!reach || reach.has(link.from)))
      .map((link): readonly Divided[] => [link, ...longest(link.to, new Set([...used, link]))])
      .reduce((best, chain) => (chain.length > best.length ? chain : best), []);
  };
  return longest(undefined, new Set()).map((link) => sentence(walks, link));
};

const sentence = (walks: Walks, {from, to}: Divided): string =>
  from === walks.automaton.search
    ? `the search begins anew at every place, and each time a loop reads on over ${sample(walks, to)}`
    : `a run of ${sample(walks, from, to)} can be divided between two loops`;

interface Loops {
  readonly wide: readonly ReadonlySet<number>[];
  /** Loops that pass no place from which the rest always matches. */
  readonly strict: readonly ReadonlySet<number>[];
}

const dividedLoops = (walks: Walks, {wide, strict}: Loops): readonly Divided[] =>
  wide.flatMap((fromLoop) =>
    [...fromLoop].flatMap((from) => {
      const allowed = (state: number): boolean =>
        !isCommitted(walks, state) || scopeOf(walks, state) !== scopeOf(walks, from);
      const ahead = walks.reachable([from], allowed);
      const targets = [...strict, ...wide].flatMap((loop) => [...loop].map((to) => ({to, loop})));
      return targets
        .filter(({to}) => to !== from && ahead.has(to))
        .filter(({to, loop}) => isDivided(walks, {from, to}, {fromLoop, toLoop: loop, allowed}))
        .map(({to}) => ({from, to}));
    }),
  );

interface Bounds {
  readonly fromLoop: ReadonlySet<number>;
  readonly toLoop: ReadonlySet<number>;
  readonly allowed: (state: number) => boolean;
}

type Triple = readonly [a: number, b: number, c: number];

function* triplesAfter(walks: Walks, [a, b, c]: Triple, {fromLoop, toLoop, allowed}: Bounds): Generator<Triple> {
  const nextB = [...walks.next(b).keys()].filter(allowed);
  const nextC = [...walks.next(c).keys()].filter((state) => toLoop.has(state) && allowed(state));
  for (const first of walks.next(a).keys()) {
    if (!fromLoop.has(first)) continue;
    for (const second of nextB) {
      if (!walks.overlap(first, second)) continue;
      walks.work += nextC.length + 1;
      for (const third of nextC) if (walks.common(first, second, third)) yield [first, second, third];
    }
  }
}

/** Whether there is a text that leads from `from` to itself, from `from` to `to`, and from `to` to itself. */
const isDivided = (walks: Walks, {from, to}: Divided, bounds: Bounds): boolean => {
  const open: Triple[] = [[from, from, to]];
  const seen = new Set(open.map(String));
  const goal = String([from, to, to]);
  for (let triple = open.pop(); triple && walks.work <= maxWork; triple = open.pop()) {
    for (const next of triplesAfter(walks, triple, bounds)) {
      const key = String(next);
      if (key === goal) return true;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return false;
};
