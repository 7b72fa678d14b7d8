import {unreachable} from '../../kit/unreachable.ts';
import type {Regex, RegexNode} from './ast.ts';
import {anyUnit, type CharSet} from './char-set.ts';
import {bothWays, eitherWay, endWay, guardedWay, innerWays, oneWay, startWay, type Ways, zeroWays} from './ways.ts';

/*
 * The position automaton (Glushkov) of a pattern: a state for each place of the pattern that reads a unit, and an edge
 * where one can follow the other. Other than in a textbook, edges count in how many ways they can be gone, because that
 * is what a backtracking engine tries out.
 */

export interface Position {
  readonly set: CharSet;
  /** 0: the pattern itself; other numbers: inside of that lookaround. */
  readonly scope: number;
  /** From here on the scope can always be finished, so that an engine never goes back behind this position. */
  committed: boolean;
}

export interface Automaton {
  readonly positions: readonly Position[];
  /** From each position to those that may follow: in one way, or in two or more. */
  readonly edges: readonly ReadonlyMap<number, number>[];
  /** State that stands for the engine's own loop over all places to begin at; `undefined` where it never gets to a second one. */
  readonly search: number | undefined;
  readonly hasBackReference: boolean;
}

export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

const maxPositions = 300;
/** Repetitions up to here are written out; beyond, a bounded one counts as one without a bound. */
const maxCopies = 12;

interface Fragment {
  readonly first: ReadonlyMap<number, Ways>;
  readonly last: ReadonlyMap<number, Ways>;
  readonly empty: Ways;
}

const nothing: Fragment = {first: new Map(), last: new Map(), empty: oneWay};

const merged = (a: ReadonlyMap<number, Ways>, b: ReadonlyMap<number, Ways>): ReadonlyMap<number, Ways> => {
  const result = new Map(a);
  for (const [position, ways] of b) result.set(position, eitherWay(result.get(position) ?? zeroWays, ways));
  return result;
};

const through = (ways: Ways, entries: ReadonlyMap<number, Ways>): ReadonlyMap<number, Ways> =>
  new Map([...entries].map(([position, own]) => [position, bothWays(ways, own)]));

/** @throws TooLarge */
export const automatonOf = (regex: Regex): Automaton => {
  const builder = new Builder();
  const root = builder.fragment(regex.root, 0);
  builder.commit(root);
  const search = root.empty.free > 0 ? undefined : builder.position(anyUnit, 0);
  if (search !== undefined) {
    builder.edge(search, search, oneWay);
    for (const [position, ways] of root.first) builder.edge(search, position, ways);
  }
  const {positions, edges, hasBackReference} = builder;
  return {positions, edges, search, hasBackReference};
};

class Builder {
  readonly positions: Position[] = [];
  readonly edges: Map<number, number>[] = [];
  scopes = 0;
  hasBackReference = false;

  position(set: CharSet, scope: number): number {
    if (this.positions.length >= maxPositions) throw new TooLarge(`more than ${maxPositions} places`);
    this.positions.push({set, scope, committed: false});
    this.edges.push(new Map());
    return this.positions.length - 1;
  }

  edge(from: number, to: number, ways: Ways): void {
    const count = innerWays(ways);
    const edges = this.edges[from];
    if (count > 0) edges?.set(to, Math.min(2, (edges.get(to) ?? 0) + count));
  }

  commit({last}: Fragment): void {
    for (const [index, ways] of last) {
      const position = this.positions[index];
      if (position && ways.free > 0) position.committed = true;
    }
  }

  join(a: Fragment, b: Fragment): void {
    for (const [from, leaving] of a.last) {
      for (const [to, entering] of b.first) this.edge(from, to, bothWays(leaving, entering));
    }
  }

  concat(a: Fragment, b: Fragment): Fragment {
    this.join(a, b);
    return {
      first: merged(a.first, through(a.empty, b.first)),
      last: merged(b.last, through(b.empty, a.last)),
      empty: bothWays(a.empty, b.empty),
    };
  }

  fragment(node: RegexNode, scope: number): Fragment {
    switch (node.type) {
      case 'empty':
        return nothing;
      case 'unit': {
        const entry = new Map([[this.position(node.set, scope), oneWay]]);
        return {first: entry, last: entry, empty: zeroWays};
      }
      case 'sequence':
        return node.items.reduce<Fragment>((before, item) => this.concat(before, this.fragment(item, scope)), nothing);
      case 'choice':
        return this.choice(node.options, scope);
      case 'group':
        return this.fragment(node.item, scope);
      case 'repeat':
        return this.repeat(node, scope);
      case 'look':
        return this.look(node.item, node.negate);
      case 'assert':
        return {...nothing, empty: {start: startWay, end: endWay, word: guardedWay, 'not-word': guardedWay}[node.kind]};
      case 'back-reference':
        this.hasBackReference = true;
        return {...nothing, empty: guardedWay};
      default:
        return unreachable(node);
    }
  }

  choice(options: readonly RegexNode[], scope: number): Fragment {
    return options
      .map((option) => this.fragment(option, scope))
      .reduce((a, b) => ({
        first: merged(a.first, b.first),
        last: merged(a.last, b.last),
        empty: eitherWay(a.empty, b.empty),
      }));
  }

  /** What a lookaround reads leads nowhere: its places can be entered, and the pattern goes on beside them. */
  look(item: RegexNode, negate: boolean): Fragment {
    const body = this.fragment(item, ++this.scopes);
    this.commit(body);
    const always = !negate && body.empty.free > 0;
    return {first: body.first, last: new Map(), empty: always ? oneWay : guardedWay};
  }

  repeat({item, min, max}: RegexNode & {type: 'repeat'}, scope: number): Fragment {
    if (max === 0) return nothing;
    // Many rounds of something that is not one unit can be divided between them, fixed in number or not.
    const endless = max - min > maxCopies || (max > maxCopies && item.type !== 'unit');
    const required = Math.min(min, maxCopies);
    const copies = Array.from({length: endless && required > 0 ? required - 1 : required}, () => item);
    const head = copies.reduce<Fragment>((before, copy) => this.concat(before, this.fragment(copy, scope)), nothing);
    return this.concat(
      head,
      endless ? this.loop(item, {min: required, max}, scope) : this.optional(item, max - min, scope),
    );
  }

  loop(item: RegexNode, {min, max}: {min: number; max: number}, scope: number): Fragment {
    const body = this.fragment(item, scope);
    this.join(body, body);
    // Rounds that are counted may be empty: which of them are is one more choice.
    if (max !== Infinity && innerWays(body.empty) > 0) this.join(body, body);
    // Otherwise an empty round is not tried again: one way to pass over, whatever is inside.
    return min === 0 ? {...body, empty: oneWay} : body;
  }

  optional(item: RegexNode, rounds: number, scope: number): Fragment {
    let tail = nothing;
    for (let count = 0; count < rounds; count++)
      tail = {...this.concat(this.fragment(item, scope), tail), empty: oneWay};
    return tail;
  }
}
