import type {JournalLine} from '../journal/model.ts';
import type {RecordedRun} from '../journal/store.ts';
import {escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import type {AuditEntry} from '../operations/audit.ts';
import {csvText} from './csv.ts';
import {paragraph, table} from './table.ts';

/** `apply r1: done`, `set agent.mode: observe → window`. */
const deed = ({did, object, result}: AuditEntry): string =>
  `${[did, object].filter(Boolean).join(' ')}${result === '' ? '' : `: ${result}`}`;

const shortTime = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** Room for the sentence at the end, and for the longest of the columns before it, which wraps. */
const leastForWhy = 24;
const leastForWhat = 40;

export interface TrailForm {
  /** How many entries the filters left out. */
  readonly hidden: number;
  readonly width: number;
}

/** A table, or where that does not fit the terminal, a paragraph for each entry. */
export const trailText = (entries: readonly AuditEntry[], {hidden, width}: TrailForm): string => {
  const head = ['When (UTC)', 'Who', 'What', 'Mitigations', 'Why'];
  const rows = entries.map((entry) => [
    shortTime(entry.at),
    redact(entry.who),
    redact(deed(entry)),
    entry.mitigations.join(', '),
    redact(entry.why),
  ]);
  const needs = head.slice(0, -1).map((_, at) => Math.max(...[head, ...rows].map((row) => (row[at] ?? '').length)));
  const columns = needs.map((each) => Math.min(each, leastForWhat));
  const fits = columns.reduce((sum, each) => sum + each + 2, leastForWhy) <= width;
  const leftOut = `${hidden} left out by --since, --who or --mitigation`;
  if (entries.length === 0) return hidden === 0 ? 'nothing was done here yet' : `nothing fits; ${leftOut}`;
  const rest = hidden === 0 ? [] : ['', leftOut];
  return [fits ? table(head, rows, width) : rows.map((row) => paragraph(row, width)).join('\n'), ...rest].join('\n');
};

export const trailCsv = (entries: readonly AuditEntry[]): string =>
  csvText([
    ['When', 'Who', 'Did', 'Object', 'Mitigations', 'Result', 'Why'],
    ...entries.map(({at, who, did, object, mitigations, result, why}) => [
      at,
      who,
      did,
      object,
      mitigations.join(' '),
      result,
      why,
    ]),
  ]);

/** A line of a journal for a program: the plan is left out, it would bury everything else. */
export const told = (line: JournalLine): unknown =>
  line.type === 'run.started' ? {...line, plan: {planId: line.plan.planId}} : line;

const detailsOf = (line: JournalLine): string => {
  const {seq, prev, at, type, sum, ...rest} = line;
  const shown = 'plan' in rest ? {...rest, plan: undefined} : rest;
  return Object.entries(shown)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
};

export const journalText = ({runId, lines, torn}: RecordedRun): string =>
  [
    `Run ${runId}`,
    ...lines.map((line) => `${line.at}  ${line.type.padEnd(17)} ${escapeLine(redact(detailsOf(line)))}`),
    ...(torn > 0 ? [`(the last line was cut off: ${torn} bytes)`] : []),
  ].join('\n');
