import {describe, expect, test} from 'vitest';
import {needsVerdict, type RecoveryAction, recoveryAction, recoveryVerdict} from '../../src/apply/recovery-decision.ts';
import type {OpenCommand, RunProgress, StepProgress} from '../../src/journal/progress.ts';
import {addRule, poolOff, serviceOff} from '../support/plans.ts';

test.each([
  {after: true, before: false, verdict: 'finished'},
  {after: true, before: true, verdict: 'finished'},
  {after: false, before: true, verdict: 'never-ran'},
  {after: false, before: false, verdict: 'diverged'},
])('after $after, before $before: $verdict', ({verdict, ...seen}) => {
  expect(recoveryVerdict(seen)).toBe(verdict);
});

const steps = [addRule('C:\\web.config', 'M9.1'), serviceOff('Spooler'), poolOff('EcpPool')];
const [rule, service, pool] = steps.map(({id}) => id) as [string, string, string];

const done: StepProgress = {status: 'done', touched: true, lastDo: 0};
const skipped: StepProgress = {status: 'skipped', touched: false, lastDo: -1};
const begun = (lastDo: number): StepProgress => ({status: 'begun', touched: lastDo >= 0, lastDo});

const openAt = (step: string, index: number, phase: 'do' | 'undo' = 'do'): OpenCommand => ({
  ref: {step, phase, index},
  process: undefined,
  ended: false,
});

const progress = (of: Record<string, StepProgress>, part: Partial<RunProgress> = {}): RunProgress => ({
  started: undefined,
  finished: undefined,
  undoing: false,
  steps: new Map(Object.entries(of)),
  open: undefined,
  backups: new Map(),
  canaries: undefined,
  health: undefined,
  expiry: undefined,
  notTakenBack: undefined,
  deadline: undefined,
  confirmed: false,
  ...part,
});

const from = (step: number, command: number): RecoveryAction => ({act: 'continue', from: {step, command}});

describe('completing an interrupted run goes on', () => {
  test.each([
    ['at the beginning where no step was reached', progress({}), undefined, from(0, 0)],
    ['at a step that was intended and ran nothing', progress({[rule]: begun(-1)}), undefined, from(0, 0)],
    [
      'with the same command where it never ran',
      progress({[rule]: done, [service]: begun(1)}, {open: openAt(service, 1)}),
      'never-ran' as const,
      from(1, 1),
    ],
    [
      'with the next command where it finished',
      progress({[rule]: done, [service]: begun(0)}, {open: openAt(service, 0)}),
      'finished' as const,
      from(1, 1),
    ],
    [
      'behind the last command where that finished',
      progress({[rule]: done, [service]: begun(1)}, {open: openAt(service, 1)}),
      'finished' as const,
      from(1, 2),
    ],
    ['behind a command that needed no run', progress({[rule]: begun(0)}), undefined, from(0, 1)],
    [
      'with the first step that is neither done nor skipped',
      progress({[rule]: done, [service]: skipped}),
      undefined,
      from(2, 0),
    ],
    [
      'behind the end where every step is done',
      progress({[rule]: done, [service]: skipped, [pool]: done}),
      undefined,
      from(3, 0),
    ],
  ])('%s', (_, state, verdict, expected) => {
    expect(recoveryAction({steps, progress: state, verdict, choice: 'complete'})).toEqual(expected);
  });
});

test.each(['undo', 'complete'] as const)('a command in neither state stops the recovery (%s)', (choice) => {
  const state = progress({[rule]: begun(0)}, {open: openAt(rule, 0)});
  expect(recoveryAction({steps, progress: state, verdict: 'diverged', choice})).toEqual({act: 'stop'});
});

test('a run that was taking itself back is never turned round', () => {
  const state = progress({[rule]: done, [service]: {...done, status: 'undone'}}, {undoing: true});
  expect(recoveryAction({steps, progress: state, verdict: undefined, choice: 'complete'})).toEqual({act: 'undo'});
});

test('waiting and looking again need no verdict, what changes something does', () => {
  expect(needsVerdict(steps, openAt(pool, 2))).toBe(false);
  expect(needsVerdict(steps, openAt(pool, 1))).toBe(true);
  expect(needsVerdict(steps, openAt(pool, 0, 'undo'))).toBe(true);
});
