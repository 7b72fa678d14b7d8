/** UTF-16 code units as sorted ranges that neither overlap nor touch, both ends included. */
export type CharSet = readonly (readonly [from: number, to: number])[];

const last = 0xffff;

export const anyUnit: CharSet = [[0, last]];

export const unionOf = (...sets: readonly CharSet[]): CharSet => {
  const sorted = sets.flat().toSorted(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const before = merged.at(-1);
    if (before && from <= before[1] + 1) before[1] = Math.max(before[1], to);
    else merged.push([from, to]);
  }
  return merged;
};

export const complementOf = (set: CharSet): CharSet => {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= last) gaps.push([next, last]);
  return gaps;
};

export const hasUnit = (set: CharSet, unit: number): boolean => set.some(([from, to]) => unit >= from && unit <= to);

export const intersectionOf = (a: CharSet, b: CharSet): CharSet =>
  a.flatMap(([from, to]) =>
    b
      .filter(([low, high]) => low <= to && high >= from)
      .map(([low, high]): readonly [number, number] => [Math.max(from, low), Math.min(to, high)]),
  );

export const unitsOf = (text: string): CharSet =>
  unionOf(...Array.from(text, (char): CharSet => [[char.charCodeAt(0), char.charCodeAt(0)]]));

export const digits: CharSet = [[0x30, 0x39]];
export const wordUnits: CharSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** WhiteSpace and LineTerminator of ECMA-262. */
export const spaces: CharSet = unionOf(
  [
    [0x09, 0x0d],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x2000, 0x200a],
  ],
  unitsOf('\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'),
);
export const lineEnds: CharSet = unitsOf('\n\r\u2028\u2029');

/** Canonicalize of ECMA-262 22.2.2.7.3 without the flag u: one unit, and no unit outside of ASCII becomes one inside. */
export const canonicalUnit = (unit: number): number => {
  const upper = String.fromCharCode(unit).toUpperCase();
  if (upper.length !== 1) return unit;
  const code = upper.charCodeAt(0);
  return unit >= 128 && code < 128 ? unit : code;
};

/** Units that are the same without regard to case, by groups; made once, on the first pattern that ignores case. */
let families: readonly (readonly number[])[] | undefined;

const caseFamilies = (): readonly (readonly number[])[] => {
  if (families) return families;
  const groups = new Map<number, number[]>();
  for (let unit = 0; unit <= last; unit++) {
    const key = canonicalUnit(unit);
    const group = groups.get(key);
    if (group) group.push(unit);
    else groups.set(key, [unit]);
  }
  families = [...groups.values()].filter((group) => group.length > 1);
  return families;
};

const isAscii = (set: CharSet): boolean => set.every(([, to]) => to < 128);

/** Inside of ASCII only letters have another case, and by the rule above no unit from outside joins them. */
const asciiWithoutCase = (set: CharSet): CharSet => {
  const upper = intersectionOf(set, [[0x41, 0x5a]]).map(([from, to]): CharSet[number] => [from + 32, to + 32]);
  const lower = intersectionOf(set, [[0x61, 0x7a]]).map(([from, to]): CharSet[number] => [from - 32, to - 32]);
  return unionOf(set, upper, lower);
};

const noCase = (set: CharSet): boolean => isAscii(set) && intersectionOf(set, letters).length === 0;
const letters: CharSet = [
  [0x41, 0x5a],
  [0x61, 0x7a],
];

/** The set with every other letter case of its members. */
export const withoutCase = (set: CharSet): CharSet => {
  // The two kinds that patterns are made of: the table of all of Unicode costs more than everything else about them.
  if (isAscii(set)) return asciiWithoutCase(set);
  if (set.length <= 8 && noCase(intersectionOf(complementOf(set), complementOf(lineEnds)))) return set;
  const added = caseFamilies().filter((family) => family.some((unit) => hasUnit(set, unit)));
  return unionOf(set, ...added.map((family) => family.map((unit): readonly [number, number] => [unit, unit])));
};
