import {type RewriteRules, readLevel} from '../level.ts';
import type {RewriteLevel} from '../model.ts';
import type {RuleTrace, Trace} from '../trace.ts';
import {traceRequest} from '../trace-request.ts';
import {traceResponse} from '../trace-response.ts';
import {normalizePath, splitUrl, urlDecode} from '../url.ts';
import {fieldValue, type LogFields, type LogLine} from './fields.ts';
import {type LogSite, logReadings, type PossibleRequest, requestsOf} from './log-request.ts';
import {changesRequests, type Needs, needsOfInbound, needsOfOutbound} from './needs.ts';
import {readsHeaders} from './reads.ts';
import {addSeen, count, emptyRuleTally, emptyTally, entryOf, type SeenRequest, type Totals} from './tally.ts';

/** A sign that a request is an attack, not a proof: looked for in the decoded URL, or in the URL as it was sent. */
export interface AttackSign {
  readonly name: string;
  readonly in: 'decoded-url' | 'url' | 'headers';
  readonly pattern: RegExp;
}

/** What a replay holds requests against. Plain data: it is handed to other threads. */
export interface ReplayRules {
  readonly site: LogSite;
  readonly applications: readonly ReplayApplication[];
  readonly signs: readonly AttackSign[];
}

/** An application, or a folder below it that has rules of its own. */
export interface ReplayApplication {
  /** `/`, `/app` or `/app/folder`. */
  readonly path: string;
  /** Of the application: requests to folders below count as its. */
  readonly configPath: string;
  /** With the change that is tried. */
  readonly level: RewriteLevel;
  /** Keys of the rules whose effect is counted. */
  readonly watched: readonly string[];
  /** Whether the change stops the application altogether. */
  readonly stopped: boolean;
}

/** What makes a rule one rule for every application that inherits it. */
export const ruleKey = ({name, section, source}: Pick<RuleTrace, 'name' | 'section' | 'source'>): string =>
  [section, source.file, source.line, name].join('\n');

interface Ready {
  readonly application: ReplayApplication;
  readonly rules: RewriteRules;
  readonly watched: ReadonlySet<string>;
  readonly outbound: boolean;
}

/** What the lines of one list of fields have to be looked at for. */
export interface Focus {
  /** Needs of each watched rule that can be told at all. */
  readonly groups: readonly (readonly string[])[];
  readonly everyLine: boolean;
  /** Rules that the log cannot tell anything about: their keys, and what is missing. */
  readonly blind: ReadonlyMap<string, readonly string[]>;
}

/** An answer that outbound rules are mostly about: the log knows none of its headers. */
const supposedPage = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "script-src 'self'",
};

interface Effect {
  readonly fired: boolean;
  readonly doubts: readonly string[];
}

/** Follows logged requests through rules and counts what they do. */
export class LogJudge {
  readonly #rules: ReplayRules;
  readonly #byPath: ReadonlyMap<string, Ready>;
  readonly #headersCount: boolean;

  constructor(rules: ReplayRules) {
    this.#rules = rules;
    const ready = rules.applications.map((application): [string, Ready] => {
      const level = readLevel(application.level);
      const watched = new Set(application.watched);
      const outbound = level.outboundRules.some(({rule}) => watched.has(ruleKey(rule)));
      return [pathKey(application.path), {application, rules: level, watched, outbound}];
    });
    this.#byPath = new Map(ready);
    this.#headersCount = ready.some(([, {rules: level}]) => readsHeaders(level));
  }

  focusFor(fields: LogFields): Focus {
    const needs = new Map<string, Needs>();
    const log = {fields, site: this.#rules.site};
    for (const {rules, watched} of this.#byPath.values()) {
      for (const ready of [...rules.globalRules, ...rules.rules]) {
        if (ready.rule.enabled && watched.has(ruleKey(ready.rule)))
          needs.set(ruleKey(ready.rule), needsOfInbound(ready, log));
      }
      for (const ready of rules.outboundRules) {
        if (ready.rule.enabled && watched.has(ruleKey(ready.rule)))
          needs.set(ruleKey(ready.rule), needsOfOutbound(ready, rules, log));
      }
    }
    const blind = new Map([...needs].filter(([, need]) => need.literals.length === 0 && need.untold.length > 0));
    const told = [...needs].filter(([key]) => !blind.has(key)).map(([, {literals}]) => literals);
    const all = [...this.#byPath.values()];
    const changing = told.length > 0 && all.some(({rules}) => changesRequests(rules));
    return {
      groups: told.filter((literals) => literals.length > 0),
      everyLine: changing || told.some((literals) => literals.length === 0) || all.some((it) => it.application.stopped),
      blind: new Map([...blind].map(([key, {untold}]) => [key, untold])),
    };
  }

  /** Counts one line. */
  judge(line: LogLine, focus: Focus, totals: Totals): void {
    const log = {site: this.#rules.site, headersCount: this.#headersCount};
    const [taken, ...others] = requestsOf(line, log);
    const ready = this.#applicationOf(taken.request.url);
    if (!ready) return;
    if (ready.application.stopped) {
      const tally = entryOf(totals.stopped, ready.application.configPath, emptyTally);
      addSeen(tally, this.#seen(line, taken, ready));
    }
    const effects = this.#effects(taken, ready);
    const possible = others.map((other) => ({
      reading: other.reading,
      effects: this.#effects(other, this.#applicationOf(other.request.url) ?? ready),
    }));
    const keys = new Set([...effects.keys(), ...possible.flatMap((other) => [...other.effects.keys()])]);
    for (const key of keys) {
      if (focus.blind.has(key)) continue;
      const effect = effects.get(key) ?? {fired: false, doubts: []};
      const differing = possible.filter((other) => (other.effects.get(key)?.fired ?? false) !== effect.fired);
      const doubts = [
        ...effect.doubts,
        ...differing.flatMap(({reading}) => (reading === undefined ? [] : [logReadings[reading]])),
      ];
      if (!effect.fired && doubts.length === 0) continue;
      const tally = entryOf(totals.rules, key, emptyRuleTally);
      const seen = this.#seen(line, taken, ready);
      if (doubts.length > 0) {
        addSeen(tally.uncertain, seen);
        for (const doubt of new Set(doubts)) count(tally.doubts, doubt);
      } else addSeen(seen.signs.length > 0 ? tally.attackLike : tally.ordinary, seen);
    }
  }

  #applicationOf(url: string): Ready | undefined {
    const path = normalizePath(splitUrl(url).path).toLowerCase();
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const found = this.#byPath.get(path.slice(0, end));
      if (found) return found;
    }
    return this.#byPath.get('');
  }

  /** What the watched rules do to a request, or may do; by their keys. */
  #effects({request}: PossibleRequest, {rules, watched, outbound}: Ready): ReadonlyMap<string, Effect> {
    const trace = traceRequest(rules, request);
    const looked: RuleTrace[] = [...trace.rules];
    if (outbound && trace.answer.kind === 'passed') {
      looked.push(...traceResponse(rules, {request, response: {status: 200, headers: supposedPage}}).rules);
    }
    const effects = looked.flatMap((rule): [string, Effect][] => {
      const key = ruleKey(rule);
      return watched.has(key) && (rule.fired || rule.doubts.length > 0)
        ? [[key, {fired: rule.fired, doubts: [...rule.doubts, ...generalDoubts(trace)]}]]
        : [];
    });
    return new Map(effects);
  }

  #seen(line: LogLine, {request}: PossibleRequest, {application}: Ready): SeenRequest {
    const date = fieldValue(line, 'date');
    return {
      time: date === '' ? '' : `${date}T${fieldValue(line, 'time')}Z`,
      method: request.method,
      url: request.url,
      application: application.configPath,
      client: fieldValue(line, 'c-ip'),
      user: fieldValue(line, 'cs-username'),
      userAgent: fieldValue(line, 'cs(user-agent)'),
      status: statusOf(line),
      signs: this.#signsOf(request),
    };
  }

  #signsOf({url, headers}: PossibleRequest['request']): readonly string[] {
    const texts = {url, 'decoded-url': urlDecode(url, undefined).text, headers: Object.values(headers).join('\n')};
    return this.#rules.signs.filter((sign) => sign.pattern.test(texts[sign.in])).map(({name}) => name);
  }
}

const pathKey = (path: string): string => path.replace(/\/+$/, '').toLowerCase();

/** Doubts that are about the request as a whole: they make every rule uncertain. */
const generalDoubts = ({doubts, rules}: Trace): readonly string[] => {
  const ofRules = new Set(rules.flatMap((rule) => rule.doubts.map((doubt) => `rule "${rule.name}": ${doubt}`)));
  return doubts.filter((doubt) => !ofRules.has(doubt));
};

const statusOf = (line: LogLine): string => {
  const status = fieldValue(line, 'sc-status');
  const sub = fieldValue(line, 'sc-substatus');
  return sub === '' || sub === '0' ? status : `${status}.${sub}`;
};
