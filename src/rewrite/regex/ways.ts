/**
 * In how many ways something can be passed over or entered, counted up to 2 (more than one is enough to be ambiguous),
 * by what has to hold on the way: nothing (`free`), a lookaround or word boundary (`guarded`), `^`, or `$`.
 */
export interface Ways {
  readonly free: number;
  readonly guarded: number;
  readonly start: number;
  readonly end: number;
}

export const zeroWays: Ways = {free: 0, guarded: 0, start: 0, end: 0};
export const oneWay: Ways = {...zeroWays, free: 1};
export const guardedWay: Ways = {...zeroWays, guarded: 1};
export const startWay: Ways = {...zeroWays, start: 1};
export const endWay: Ways = {...zeroWays, end: 1};

const capped = (count: number): number => Math.min(count, 2);

/** Either of the two. */
export const eitherWay = (a: Ways, b: Ways): Ways => ({
  free: capped(a.free + b.free),
  guarded: capped(a.guarded + b.guarded),
  start: capped(a.start + b.start),
  end: capped(a.end + b.end),
});

/** One after the other. What needs both `^` and `$` can only be the empty text and is left out. */
export const bothWays = (a: Ways, b: Ways): Ways => {
  const [insideA, insideB] = [a.free + a.guarded, b.free + b.guarded];
  return {
    free: capped(a.free * b.free),
    guarded: capped(insideA * insideB - a.free * b.free),
    start: capped(a.start * (insideB + b.start) + insideA * b.start),
    end: capped(a.end * (insideB + b.end) + insideA * b.end),
  };
};

/** Ways that can be gone inside of a text, at neither end of it. */
export const innerWays = ({free, guarded}: Ways): number => capped(free + guarded);
