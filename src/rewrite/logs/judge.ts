import {Decider, type Decision} from './decide.ts';
import {fieldValue, type LogFields, type LogLine} from './fields.ts';
import {type Focus, focusOn} from './focus.ts';
import {headersOf} from './log-request.ts';
import {type ReadyApplications, type ReplayRules, readyApplications} from './replay-rules.ts';
import {addSeen, count, emptyRuleTally, emptyTally, entryOf, type SeenRequest, type Totals} from './tally.ts';

const statusOf = (line: LogLine): string => {
  const status = fieldValue(line, 'sc-status');
  const sub = fieldValue(line, 'sc-substatus');
  return sub === '' || sub === '0' ? status : `${status}.${sub}`;
};

/** Follows logged requests through rules and counts what they do. */
export class LogJudge {
  readonly #rules: ReplayRules;
  readonly #applications: ReadyApplications;
  readonly #decider: Decider;

  constructor(rules: ReplayRules, memory: 'keeps' | 'forgets') {
    this.#rules = rules;
    this.#applications = readyApplications(rules);
    this.#decider = new Decider(rules, this.#applications, memory);
  }

  focusFor(fields: LogFields): Focus {
    return focusOn([...this.#applications.values()], {fields, site: this.#rules.site});
  }

  /** Counts one line. */
  judge(line: LogLine, focus: Focus, totals: Totals): void {
    const decision = this.#decider.decide(line);
    if (!decision) return;
    const {application, effects} = decision;
    if (application.stopped) {
      addSeen(entryOf(totals.stopped, application.configPath, emptyTally), this.#seen(line, decision));
    }
    for (const [key, doubts] of effects) {
      if (focus.blind.has(key)) continue;
      const tally = entryOf(totals.rules, key, emptyRuleTally);
      const seen = this.#seen(line, decision);
      if (doubts.length > 0) {
        addSeen(tally.uncertain, seen);
        for (const doubt of new Set(doubts)) count(tally.doubts, doubt);
      } else addSeen(seen.signs.length > 0 ? tally.attackLike : tally.ordinary, seen);
    }
  }

  #seen(line: LogLine, {application, method, url, signs}: Decision): SeenRequest {
    const date = fieldValue(line, 'date');
    return {
      time: date === '' ? '' : `${date}T${fieldValue(line, 'time')}Z`,
      method,
      url,
      application: application.configPath,
      client: fieldValue(line, 'c-ip'),
      user: fieldValue(line, 'cs-username'),
      userAgent: fieldValue(line, 'cs(user-agent)'),
      status: statusOf(line),
      signs: [...signs, ...this.#signsOfHeaders(line)],
    };
  }

  #signsOfHeaders(line: LogLine): readonly string[] {
    const sent = Object.values(headersOf(line)).join('\n');
    return this.#rules.signs.filter((sign) => sign.in === 'headers' && sign.pattern.test(sent)).map(({name}) => name);
  }
}
