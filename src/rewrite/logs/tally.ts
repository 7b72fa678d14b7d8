/* What a replay counts. Plain data: parts are counted apart, in several threads, and added up. */

/** Counts by key. The number of keys is bounded, so that memory is; what comes later counts as `others`. */
export interface Counter {
  readonly keys: Map<string, number>;
  others: number;
}

/** One request as it is shown to a person; nothing in it is escaped or redacted yet. */
export interface SeenRequest {
  /** `2022-10-01T08:00:00Z`; '' where the log has no time. */
  readonly time: string;
  readonly method: string;
  readonly url: string;
  readonly application: string;
  readonly client: string;
  readonly user: string;
  readonly userAgent: string;
  readonly status: string;
  /** Why it looks like an attack; empty: it does not. */
  readonly signs: readonly string[];
}

export const dimensions = ['application', 'day', 'client', 'userAgent', 'status'] as const;
export type Dimension = (typeof dimensions)[number];

export interface Tally {
  count: number;
  readonly by: Readonly<Record<Dimension, Counter>>;
  first: SeenRequest | undefined;
  last: SeenRequest | undefined;
  readonly examples: SeenRequest[];
}

export interface RuleTally {
  readonly attackLike: Tally;
  readonly ordinary: Tally;
  /** Requests that the rule may be about. */
  readonly uncertain: Tally;
  /** Why it is not known, by sentence. */
  readonly doubts: Counter;
}

export interface Totals {
  /** Lines under a list of fields that are no directives; those that are `unreadable` are among them. */
  requests: number;
  /** Requests that were looked at one by one; the others certainly lack what every rule needs. */
  lookedAt: number;
  /**
   * Of those, lines that are not of the fields that the log names. Lines that nobody looked at may be such, too: only where
   * `lookedAt` is `requests` this is all of them.
   */
  unreadable: number;
  /** Lines in front of the first list of fields; what they are nobody knows, so they are no `requests`. */
  withoutFields: number;
  /** Requests in logs without a variable that a rule decides by: by the rule's key, then by variables. */
  readonly untold: Map<string, Counter>;
  /** By the rule's key. */
  readonly rules: Map<string, RuleTally>;
  /** Requests to applications that are stopped, by application. */
  readonly stopped: Map<string, Tally>;
}

const mostKeys = 10_000;
const mostExamples = 5;

export const emptyCounter = (): Counter => ({keys: new Map(), others: 0});

export const count = (counter: Counter, key: string, times = 1): void => {
  const known = counter.keys.get(key);
  if (known !== undefined || counter.keys.size < mostKeys) counter.keys.set(key, (known ?? 0) + times);
  else counter.others += times;
};

export const emptyTally = (): Tally => ({
  count: 0,
  by: {
    application: emptyCounter(),
    day: emptyCounter(),
    client: emptyCounter(),
    userAgent: emptyCounter(),
    status: emptyCounter(),
  },
  first: undefined,
  last: undefined,
  examples: [],
});

export const emptyRuleTally = (): RuleTally => ({
  attackLike: emptyTally(),
  ordinary: emptyTally(),
  uncertain: emptyTally(),
  doubts: emptyCounter(),
});

export const emptyTotals = (): Totals => ({
  requests: 0,
  lookedAt: 0,
  unreadable: 0,
  withoutFields: 0,
  untold: new Map(),
  rules: new Map(),
  stopped: new Map(),
});

/** The entry of a map, made where it is missing. */
export const entryOf = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

const keyIn = (seen: SeenRequest, dimension: Dimension): string =>
  dimension === 'day' ? seen.time.slice(0, 10) : seen[dimension];

/** Logs of several files come in any order: first and last are so by time. */
const bounds = (tally: Tally, first: SeenRequest | undefined, last: SeenRequest | undefined): void => {
  if (first && (!tally.first || first.time < tally.first.time)) tally.first = first;
  if (last && (!tally.last || last.time >= tally.last.time)) tally.last = last;
};

/** Examples of different URLs tell more than the first five of one. */
const addExample = (tally: Tally, seen: SeenRequest): void => {
  if (tally.examples.length >= mostExamples) return;
  if (!tally.examples.some(({url}) => url === seen.url)) tally.examples.push(seen);
};

export const addSeen = (tally: Tally, seen: SeenRequest): void => {
  tally.count++;
  for (const dimension of dimensions) count(tally.by[dimension], keyIn(seen, dimension));
  bounds(tally, seen, seen);
  addExample(tally, seen);
};

const mergeCounter = (into: Counter, from: Counter): void => {
  for (const [key, times] of from.keys) count(into, key, times);
  into.others += from.others;
};

const mergeTally = (into: Tally, from: Tally): void => {
  into.count += from.count;
  for (const dimension of dimensions) mergeCounter(into.by[dimension], from.by[dimension]);
  bounds(into, from.first, from.last);
  for (const example of from.examples) addExample(into, example);
};

/** Adds what another part has counted; parts are added in the order of the log. */
export const mergeTotals = (into: Totals, from: Totals): void => {
  for (const name of ['requests', 'lookedAt', 'unreadable', 'withoutFields'] as const) into[name] += from[name];
  for (const [key, counter] of from.untold) mergeCounter(entryOf(into.untold, key, emptyCounter), counter);
  for (const [key, tally] of from.stopped) mergeTally(entryOf(into.stopped, key, emptyTally), tally);
  for (const [key, tally] of from.rules) {
    const own = entryOf(into.rules, key, emptyRuleTally);
    for (const part of ['attackLike', 'ordinary', 'uncertain'] as const) mergeTally(own[part], tally[part]);
    mergeCounter(own.doubts, tally.doubts);
  }
};
