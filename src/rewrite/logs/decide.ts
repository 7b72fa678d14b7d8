import type {Trace} from '../trace.ts';
import {traceRequest} from '../trace-request.ts';
import {traceResponse} from '../trace-response.ts';
import {urlDecode} from '../url.ts';
import {fieldValue, type LogFields, type LogLine, sameFields} from './fields.ts';
import {logReadings, type PossibleRequest, requestsOf} from './log-request.ts';
import {decidesByUrl, readsHeaders} from './reads.ts';
import {
  applicationOf,
  type ReadyApplication,
  type ReadyApplications,
  type ReplayApplication,
  type ReplayRules,
  ruleKey,
} from './replay-rules.ts';

/** What becomes of a logged request, whoever sent it. */
export interface Decision {
  readonly application: ReplayApplication;
  readonly method: string;
  readonly url: string;
  /** Of the URL alone. */
  readonly signs: readonly string[];
  /** The watched rules that fire, or may, by their keys: why that is not certain; empty where it is. */
  readonly effects: ReadonlyMap<string, readonly string[]>;
}

interface Effect {
  readonly fired: boolean;
  readonly doubts: readonly string[];
}

/** An answer that outbound rules are mostly about: the log knows none of its headers. */
const supposedPage = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "script-src 'self'",
};

/** Doubts that are about the request as a whole: they make every rule uncertain. */
const generalDoubts = ({doubts, rules}: Trace): readonly string[] => {
  const ofRules = new Set(rules.flatMap((rule) => rule.doubts.map((doubt) => `rule "${rule.name}": ${doubt}`)));
  return doubts.filter((doubt) => !ofRules.has(doubt));
};

/** What the watched rules do to a request, or may do; by their keys. */
const effectsOf = (
  {request}: PossibleRequest,
  {rules, watched, outbound}: ReadyApplication,
): ReadonlyMap<string, Effect> => {
  const trace = traceRequest(rules, request);
  const answers = outbound && trace.answer.kind === 'passed';
  const answered = answers ? traceResponse(rules, {request, response: {status: 200, headers: supposedPage}}).rules : [];
  const effects = [...trace.rules, ...answered].flatMap((rule): [string, Effect][] => {
    const key = ruleKey(rule);
    return watched.has(key) && (rule.fired || rule.doubts.length > 0)
      ? [[key, {fired: rule.fired, doubts: [...rule.doubts, ...generalDoubts(trace)]}]]
      : [];
  });
  return new Map(effects);
};

const mostKept = 4096;
const longestKept = 512;

/**
 * Follows logged requests through rules. Clients repeat themselves: where the rules look at nothing but the URL, one that
 * was decided lately is not followed again.
 */
export class Decider {
  readonly #rules: ReplayRules;
  readonly #applications: ReadyApplications;
  readonly #headersCount: boolean;
  /** `undefined`: nothing is kept. */
  readonly #kept: Map<string, Decision | undefined> | undefined;
  #fields: LogFields | undefined;

  constructor(rules: ReplayRules, applications: ReadyApplications, memory: 'keeps' | 'forgets') {
    const levels = [...applications.values()].map((ready) => ready.rules);
    this.#rules = rules;
    this.#applications = applications;
    this.#headersCount = levels.some(readsHeaders);
    this.#kept = memory === 'keeps' && levels.every(decidesByUrl) ? new Map() : undefined;
  }

  /** `undefined`: the request is to no application of the site. */
  decide(line: LogLine): Decision | undefined {
    const kept = this.#kept;
    const key = kept && keyOf(line);
    if (!kept || key === undefined || key.length > longestKept) return this.#follow(line);
    if (!sameFields(line.fields, this.#fields) || kept.size >= mostKept) kept.clear();
    this.#fields = line.fields;
    const known = kept.get(key);
    if (known !== undefined || kept.has(key)) return known;
    const fresh = this.#follow(line);
    kept.set(key, fresh);
    return fresh;
  }

  #follow(line: LogLine): Decision | undefined {
    const {site, signs} = this.#rules;
    const [taken, ...others] = requestsOf(line, {site, headersCount: this.#headersCount});
    const {method, url} = taken.request;
    const ready = applicationOf(url, this.#applications);
    if (!ready) return undefined;
    const effects = effectsOf(taken, ready);
    const possible = others.map((other) => ({
      reading: other.reading,
      effects: effectsOf(other, applicationOf(other.request.url, this.#applications) ?? ready),
    }));
    const texts = {url, 'decoded-url': urlDecode(url, undefined).text};
    return {
      application: ready.application,
      method,
      url,
      signs: signs.filter((sign) => sign.in !== 'headers' && sign.pattern.test(texts[sign.in])).map(({name}) => name),
      effects: together(effects, possible),
    };
  }
}

const keyOf = (line: LogLine): string =>
  `${fieldValue(line, 'cs-method')} ${fieldValue(line, 'cs-uri-stem')} ${fieldValue(line, 'cs-uri-query')}`;

interface OtherEffects extends Pick<PossibleRequest, 'reading'> {
  readonly effects: ReadonlyMap<string, Effect>;
}

/** What all readings of a line agree on is certain; where they differ, the one that differs is the doubt. */
const together = (
  effects: ReadonlyMap<string, Effect>,
  possible: readonly OtherEffects[],
): ReadonlyMap<string, readonly string[]> => {
  const keys = new Set([...effects.keys(), ...possible.flatMap((other) => [...other.effects.keys()])]);
  return new Map(
    [...keys].flatMap((key): [string, readonly string[]][] => {
      const effect = effects.get(key) ?? {fired: false, doubts: []};
      const differing = possible.filter((other) => (other.effects.get(key)?.fired ?? false) !== effect.fired);
      const doubts = [
        ...effect.doubts,
        ...differing.flatMap(({reading}) => (reading === undefined ? [] : [logReadings[reading]])),
      ];
      return effect.fired || doubts.length > 0 ? [[key, doubts]] : [];
    }),
  );
};
