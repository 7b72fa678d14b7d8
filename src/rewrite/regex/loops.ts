import {type CharSet, intersectionOf} from './char-set.ts';
import type {Automaton} from './positions.ts';

/** Questions about an automaton: which states form a loop, which texts two or three walks can read together. */
export class Walks {
  readonly automaton: Automaton;
  readonly overlaps = new Map<number, boolean>();
  /** Pairs and triples looked at so far: a pattern that needs too many is not decided. */
  work = 0;

  constructor(automaton: Automaton) {
    this.automaton = automaton;
  }

  set(state: number): CharSet {
    return this.automaton.positions[state]?.set ?? [];
  }

  next(state: number): ReadonlyMap<number, number> {
    return this.automaton.edges[state] ?? new Map();
  }

  overlap(a: number, b: number): boolean {
    const key = Math.min(a, b) * 1000 + Math.max(a, b);
    const known = this.overlaps.get(key);
    if (known !== undefined) return known;
    const result = intersectionOf(this.set(a), this.set(b)).length > 0;
    this.overlaps.set(key, result);
    return result;
  }

  /** Three walks read a common unit when they do so two by two only if there is one unit for all. */
  common(a: number, b: number, c: number): boolean {
    if (!this.overlap(a, b) || !this.overlap(b, c) || !this.overlap(a, c)) return false;
    return intersectionOf(intersectionOf(this.set(a), this.set(b)), this.set(c)).length > 0;
  }

  reachable(from: Iterable<number>, allowed: (state: number) => boolean): ReadonlySet<number> {
    const seen = new Set<number>();
    const open = [...from];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const next of this.next(state).keys()) {
        if (seen.has(next) || !allowed(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return seen;
  }

  /** The loops among the allowed states: each a set of states that all reach each other. */
  loops(allowed: (state: number) => boolean): readonly ReadonlySet<number>[] {
    const states = this.automaton.positions.map((_, state) => state).filter(allowed);
    const reach = new Map(states.map((state) => [state, this.reachable([state], allowed)]));
    const placed = new Set<number>();
    return states.flatMap((state) => {
      if (placed.has(state) || !reach.get(state)?.has(state)) return [];
      const loop = new Set(states.filter((other) => reach.get(state)?.has(other) && reach.get(other)?.has(state)));
      for (const member of loop) placed.add(member);
      return [loop];
    });
  }
}
