import type {JournalLine} from '../journal/model.ts';
import {progressOf} from '../journal/progress.ts';
import type {State} from '../journal/state.ts';
import type {RecordedRun} from '../journal/store.ts';
import {escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import {table} from './table.ts';

const mitigationsOf = (runs: readonly RecordedRun[], runId: string): string => {
  const run = runs.find((recorded) => recorded.runId === runId);
  const plan = run && progressOf(run.lines).started?.plan;
  return (plan?.body.mitigations ?? []).map(({id}) => id).join(', ');
};

export const runsText = (state: State, runs: readonly RecordedRun[], width: number): string =>
  state.runs.length === 0
    ? 'no runs yet'
    : table(
        ['Run', 'Started (UTC)', 'Kind', 'Outcome', 'By', 'Mitigations', 'Reason'],
        state.runs.map(({runId, startedAt, kind, outcome, by, reason}) => [
          runId,
          startedAt.slice(0, 19).replace('T', ' '),
          kind,
          outcome ?? 'interrupted',
          by,
          mitigationsOf(runs, runId),
          reason,
        ]),
        width,
      );

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
