import {escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import {wrap} from '../kit/wrap.ts';
import type {Verdict} from '../operations/doctor/diagnosis.ts';
import type {Examination} from '../operations/doctor/examination.ts';
import type {Examined} from '../operations/doctor/question.ts';
import {atHere} from './here.ts';

const words: Readonly<Record<Verdict, string>> = {
  good: 'good',
  warn: 'warn',
  bad: 'BAD',
  unknown: 'unknown',
  'not-applicable': 'n/a',
};

const safe = (text: string): string => escapeLine(redact(text));

interface Layout {
  readonly width: number;
  /** Columns before the evidence. */
  readonly indent: number;
  /** How the server was named, for the commands that are told. */
  readonly here: string;
}

const verdictWidth = 9;

const remedyLines = ({remedy}: Examined, {here}: Layout): readonly string[] =>
  remedy.flatMap(({label, command}) => [
    `> ${safe(label)}${command === undefined ? '' : ':'}`,
    // A command stays on one line, however long: it is to be copied.
    ...(command === undefined ? [] : [`  ${safe(atHere(command, here))}`]),
  ]);

const checkText = (check: Examined, layout: Layout): string => {
  const room = Math.max(30, layout.width - layout.indent);
  const head = `${words[check.verdict].padEnd(verdictWidth)}${safe(check.title)}`.padEnd(layout.indent);
  const lines = [
    ...wrap(safe(check.evidence), room),
    ...remedyLines(check, layout).flatMap((line) => (line.startsWith('>') ? wrapRemedy(line, room) : [line])),
  ];
  return lines.map((line, index) => `${index === 0 ? head : ' '.repeat(layout.indent)}${line}`).join('\n');
};

const wrapRemedy = (line: string, room: number): readonly string[] =>
  wrap(line, room - 2).map((part, index) => (index === 0 ? part : `  ${part}`));

const connectivityText = ({connectivity}: Examination): readonly string[] => {
  if (!connectivity) return [];
  const {result, message, trusted} = connectivity;
  const more = trusted
    ? 'More than that: the feed was fetched, verified, and would be accepted.'
    : 'That an endpoint answers is not enough: no feed was fetched, verified and found acceptable.';
  return ['', `Result: ${result}.`, `Message: ${message}`, more];
};

const countText = ({counts}: Examination): string =>
  [
    `${counts.good} good`,
    ...(counts.warn > 0 ? [`${counts.warn} to look at`] : []),
    ...(counts.bad > 0 ? [`${counts.bad} bad`] : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} unknown`] : []),
    ...(counts['not-applicable'] > 0 ? [`${counts['not-applicable']} not applicable`] : []),
  ].join(', ');

/** @param here how the server was named, for the commands that are told to a person */
export const doctorText = (examination: Examination, width: number, here = ''): string => {
  const titles = examination.checks.map(({title}) => title.length);
  const layout = {width, here, indent: verdictWidth + Math.max(...titles) + 2};
  return [
    `${safe(examination.hostName)} (${safe(examination.server)})`,
    '',
    ...examination.checks.map((check) => checkText(check, layout)),
    ...connectivityText(examination),
    '',
    countText(examination),
    '',
  ].join('\n');
};
