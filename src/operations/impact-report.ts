import {type Counter, emptyRuleTally, type RuleTally, type SeenRequest, type Tally} from '../rewrite/logs/tally.ts';
import type {ImpactQuestion, WatchedRule} from './impact.ts';
import type {FoundLogs} from './replay/log-files.ts';
import type {ReplayedLogs} from './replay/replay-logs.ts';

/* The numbers of a replay as an answer: plain JSON, most frequent first. */

export interface CountRow {
  readonly key: string;
  readonly count: number;
}

export interface TallyReport {
  readonly count: number;
  readonly first: SeenRequest | null;
  readonly last: SeenRequest | null;
  readonly byApplication: readonly CountRow[];
  readonly byDay: readonly CountRow[];
  readonly byClient: readonly CountRow[];
  readonly byUserAgent: readonly CountRow[];
  readonly byStatus: readonly CountRow[];
  readonly examples: readonly SeenRequest[];
}

export interface RuleReport extends WatchedRule {
  readonly attackLike: TallyReport;
  readonly ordinary: TallyReport;
  /** Requests of which the log does not tell whether the rule is about them, and why. */
  readonly uncertain: TallyReport & {readonly doubts: readonly CountRow[]};
  /** Variables that the rule decides by and that logs do not hold, and the number of requests in such logs. */
  readonly untold: readonly {readonly variables: readonly string[]; readonly requests: number}[];
}

export interface ImpactReport {
  readonly planId: string;
  readonly site: string;
  readonly notes: readonly string[];
  readonly logs: {
    readonly files: number;
    readonly bytes: number | null;
    readonly skipped: FoundLogs['skipped'];
    /** Without the lines that are known to be no requests. */
    readonly requests: number;
    readonly lookedAt: number;
    /** Lines that are no requests: `unreadable` and `withoutFields` together. */
    readonly notRequests: number;
    /** Not every line was looked at: more of them may be no requests. */
    readonly notRequestsAtLeast: boolean;
    /** Lines that are not of the fields that the log names. */
    readonly unreadable: number;
    /** Lines in front of any list of fields. */
    readonly withoutFields: number;
    /** Files without any list of fields: they are no logs of IIS. */
    readonly filesWithoutFields: readonly string[];
  };
  readonly rules: readonly RuleReport[];
  /** Applications that the plan stops: every request to them would be answered 503. */
  readonly stopped: readonly (TallyReport & {readonly application: string})[];
}

const othersKey = '(others)';

const rows = ({keys, others}: Counter): readonly CountRow[] => [
  ...[...keys].map(([key, count]) => ({key, count})).toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)),
  ...(others > 0 ? [{key: othersKey, count: others}] : []),
];

const byKey = (all: readonly CountRow[]): readonly CountRow[] => all.toSorted((a, b) => (a.key < b.key ? -1 : 1));

type Show = (seen: SeenRequest) => SeenRequest;
type ShowKey = (dimension: 'client' | 'userAgent', key: string) => string;

/** How requests are shown: as they are, or without what names a person. */
export interface Showing {
  readonly request: Show;
  readonly key: ShowKey;
}

const tallyReport = (tally: Tally, show: Showing): TallyReport => ({
  count: tally.count,
  first: tally.first ? show.request(tally.first) : null,
  last: tally.last ? show.request(tally.last) : null,
  byApplication: rows(tally.by.application),
  byDay: byKey(rows(tally.by.day)),
  byClient: rows(tally.by.client).map(({key, count}) => ({key: show.key('client', key), count})),
  byUserAgent: rows(tally.by.userAgent).map(({key, count}) => ({key: show.key('userAgent', key), count})),
  byStatus: rows(tally.by.status),
  examples: tally.examples.map(show.request),
});

const ruleReport = (rule: WatchedRule, totals: ReplayedLogs, show: Showing): RuleReport => {
  const tally: RuleTally = totals.rules.get(rule.key) ?? emptyRuleTally();
  const untold = totals.untold.get(rule.key);
  return {
    ...rule,
    attackLike: tallyReport(tally.attackLike, show),
    ordinary: tallyReport(tally.ordinary, show),
    uncertain: {...tallyReport(tally.uncertain, show), doubts: rows(tally.doubts)},
    untold: untold ? rows(untold).map(({key, count}) => ({variables: key.split('\n'), requests: count})) : [],
  };
};

export const impactReport = (
  {
    planId,
    question,
    logs,
    totals,
    notes,
  }: {
    planId: string;
    question: ImpactQuestion;
    logs: FoundLogs;
    totals: ReplayedLogs;
    notes: readonly string[];
  },
  show: Showing,
): ImpactReport => {
  const {requests, lookedAt, unreadable, withoutFields, filesWithoutFields} = totals;
  const sizes = logs.files.map((file) => (file.kind === 'stdin' ? null : file.bytes));
  return {
    planId,
    site: question.site,
    notes,
    logs: {
      files: logs.files.length,
      bytes: sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
      skipped: logs.skipped,
      requests: requests - unreadable,
      lookedAt,
      notRequests: unreadable + withoutFields,
      notRequestsAtLeast: lookedAt < requests,
      unreadable,
      withoutFields,
      filesWithoutFields,
    },
    rules: question.watched.map((rule) => ruleReport(rule, totals, show)),
    stopped: [...totals.stopped].map(([application, tally]) => ({application, ...tallyReport(tally, show)})),
  };
};
