import {isStopped, type RunResult} from '../apply/result.ts';
import {escapeControl, escapeLine} from '../kit/escape-control.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import type {Answer} from './command.ts';

interface RunForm {
  readonly plan: Plan | undefined;
  readonly verb: string;
  readonly code: string;
}

const failed = (result: RunResult): Refusal =>
  new Refusal(result.code ?? 'APPLY.FAILED', `run ${result.runId}: ${result.message}`, {
    exitCode: result.exitCode === 0 ? 5 : result.exitCode,
    untouched:
      result.exitCode === 5
        ? 'The server is NOT as it was before.'
        : result.exitCode === 4
          ? 'Everything that was done has been taken back.'
          : 'Nothing was changed.',
    next: [
      ...afterStop(result),
      ...result.mustDo.map((label) => ({label})),
      ...(result.exitCode === 5
        ? [{label: 'Then look at what is active', command: 'stopgap status'}]
        : [{label: 'Plan again when the cause is gone', command: 'stopgap plan'}]),
    ],
  });

const afterStop = (result: RunResult): readonly {label: string; command: string}[] =>
  isStopped(result)
    ? [
        {label: 'Take back what it did', command: 'stopgap recover'},
        {label: 'Or finish it', command: 'stopgap recover --complete'},
      ]
    : [];

const symbols: Readonly<Record<RunResult['steps'][number]['outcome'], string>> = {
  done: '✓',
  skipped: '·',
  failed: '✗',
  undone: '↶',
  'not-undone': '!',
  'not-run': ' ',
};

const countsOf = ({steps}: RunResult): string => {
  const count = (which: RunResult['steps'][number]['outcome']): number =>
    steps.filter(({outcome}) => outcome === which).length;
  const counted = (of: number): string => `${of} ${of === 1 ? 'step' : 'steps'}`;
  const [done, undone, skipped] = [count('done'), count('undone'), count('skipped')];
  return [
    ...(undone === 0 ? [`${counted(done)} done`] : [`${counted(undone)} undone`]),
    ...(skipped === 0 ? [] : [`${skipped} in place already`]),
  ].join(', ');
};

/** What a run did as an answer; a run that failed is a refusal with its exit code. */
export const runAnswer = (result: RunResult, {plan, verb, code}: RunForm): Answer => {
  if (result.exitCode !== 0) throw failed(result);
  const labels = new Map(plan?.body.steps.map(({id, symbol, label}) => [id, `${symbol} ${label}`]));
  // A preview has shown those of an apply; those of a rollback are new to the person.
  const findings = plan?.body.purpose === 'rollback' ? plan.body.findings : [];
  const text = [
    ...result.steps.map(({step, outcome}) => `${symbols[outcome]} ${escapeLine(labels.get(step) ?? step)}`),
    ...findings.map(({code, message}) => `${code}: ${escapeControl(message)}`),
    ...result.notes.map((sentence) => `note: ${escapeLine(sentence)}`),
    `run ${result.runId} ${verb}: ${countsOf(result)}`,
    '',
  ].join('\n');
  return {code, exitCode: 0, data: result, text};
};
