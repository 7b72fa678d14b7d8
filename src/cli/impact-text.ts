import {escapeLine} from '../kit/escape-control.ts';
import type {CountRow, ImpactReport, RuleReport, TallyReport} from '../operations/impact-report.ts';
import type {SeenRequest} from '../rewrite/logs/tally.ts';

const number = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
const counted = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

const most = 5;

const top = (label: string, rows: readonly CountRow[]): readonly string[] => {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, most).map(({key, count}) => `${key === '' ? '-' : key} ${number(count)}`);
  const rest = rows.length > most ? [`${number(rows.length - most)} more`] : [];
  return [`${label}: ${[...shown, ...rest].join(', ')}`];
};

const requestLine = ({time, method, url, status, client, userAgent, signs}: SeenRequest): string =>
  `${time} ${method} ${url} got ${status || '?'}, ${client || '-'}, ${userAgent || '-'}${signs.length > 0 ? ` [${signs.join('; ')}]` : ''}`;

/** The first and the last, and examples of what neither of them shows: no request stands there twice. */
const seenLines = ({count, first, last, examples}: TallyReport): readonly string[] => {
  if (!first || !last) return [];
  const [begin, end] = [requestLine(first), requestLine(last)];
  const others = examples.filter(({url}) => url !== first.url && url !== last.url);
  return [
    ...(begin === end
      ? [`${count === 1 ? 'the request' : 'first and last'}: ${begin}`]
      : [`first: ${begin}`, `last:  ${end}`]),
    ...others.map((seen) => `such as ${requestLine(seen)}`),
  ];
};

const days = (rows: readonly CountRow[]): readonly string[] =>
  rows.length === 0
    ? []
    : [
        `by day (UTC): ${rows
          .map(({key, count}) => `${key || '-'} ${number(count)}`)
          .slice(-14)
          .join(', ')}`,
      ];

const tallyLines = (title: string, tally: TallyReport): readonly string[] => [
  `${title}: ${counted(tally.count, 'request')}`,
  ...(tally.count === 0
    ? []
    : [
        ...top('by application', tally.byApplication),
        ...days(tally.byDay),
        ...top('by client', tally.byClient),
        ...top('by user agent', tally.byUserAgent),
        ...top('by the status they had got', tally.byStatus),
        ...seenLines(tally),
      ].map((line) => `  ${line}`)),
];

const done: Readonly<Record<string, string>> = {
  AbortRequest: 'cut off',
  CustomResponse: 'answered by the rule',
  Redirect: 'redirected',
  Rewrite: 'rewritten',
};

const requestsThat = ({section, action, removed}: RuleReport): string => {
  if (section !== 'outboundRules') {
    const what = done[action] ?? 'met';
    return removed ? `requests that are ${what} today, and would not be any more` : `requests that would be ${what}`;
  }
  const which = 'if that is an HTML page with the header it changes (the log does not say)';
  return removed
    ? `requests whose answer it changes today, and would not any more, ${which}`
    : `requests whose answer it would change, ${which}`;
};

const untoldLines = ({untold}: RuleReport): readonly string[] =>
  untold.map(
    ({variables, requests}) =>
      `the log does not hold ${variables.map((name) => (name.startsWith('{') ? name : `{${name}}`)).join(', ')}: ${counted(requests, 'request')} cannot be told`,
  );

const ruleState = ({inForce, removed}: RuleReport): string =>
  removed ? ', removed by the plan' : inForce ? ', in force already' : '';

const ruleLines = (rule: RuleReport): readonly string[] => [
  `"${rule.name}" (${rule.file}:${rule.line})${ruleState(rule)}: ${requestsThat(rule)}`,
  ...[
    ...tallyLines('ordinary', rule.ordinary),
    ...tallyLines('attack-like (by signs, no proof)', rule.attackLike),
    ...(rule.uncertain.count === 0
      ? []
      : [
          ...tallyLines('not known for certain', rule.uncertain),
          ...rule.uncertain.doubts.map(({key, count}) => `  because ${key}: ${number(count)}`),
        ]),
    ...untoldLines(rule),
  ].map((line) => `  ${line}`),
];

const noRequestLines = (logs: ImpactReport['logs']): readonly string[] => {
  const {notRequests, notRequestsAtLeast, unreadable, withoutFields, filesWithoutFields} = logs;
  if (notRequests === 0) return [];
  return [
    `  ${notRequestsAtLeast ? 'at least ' : ''}${counted(notRequests, 'line')} that ${notRequests === 1 ? 'is no request' : 'are no requests'}, counted apart:`,
    ...(unreadable > 0
      ? [
          `    ${number(unreadable)} not of the fields that the log names${notRequestsAtLeast ? ' (not every line was looked at; --every-line does)' : ''}`,
        ]
      : []),
    ...(withoutFields > 0 ? [`    ${number(withoutFields)} in front of any #Fields line`] : []),
    ...filesWithoutFields.map(
      (path) => `  ! ${path === '-' ? 'standard input' : path} has no #Fields line: no IIS log in W3C format`,
    ),
  ];
};

/** Of small logs "0 MB" would say nothing. */
const size = (bytes: number): string =>
  bytes < 1e6 ? `${number(Math.ceil(bytes / 1000))} kB` : `${number(Math.round(bytes / 1e6))} MB`;

const logLines = ({logs, site}: ImpactReport): readonly string[] => [
  `${counted(logs.requests, 'request')} to ${site} in ${counted(logs.files, 'log')}${logs.bytes === null ? '' : ` (${size(logs.bytes)})`}`,
  ...logs.skipped.map(({path, why}) => `  not read: ${path}, because ${why}`),
  ...noRequestLines(logs),
];

/** What a plan would have done to the requests of the logs. */
export const impactText = (report: ImpactReport): string =>
  [
    ...report.notes.map((note) => [`! ${note}`]),
    logLines(report),
    ...report.rules.map(ruleLines),
    ...report.stopped.map((tally) => tallyLines(`${tally.application} is stopped (503)`, tally)),
    ...(report.rules.length === 0 && report.stopped.length === 0
      ? [['The plan changes no request of this site.']]
      : []),
  ]
    .map((lines) => lines.map(escapeLine).join('\n'))
    .join('\n\n')
    .concat('\n');
