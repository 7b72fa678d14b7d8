import {describe, expect, test} from 'vitest';
import type {JournalEvent, JournalLine, RunOutcome} from '../../src/journal/model.ts';
import {replay} from '../../src/journal/replay.ts';
import type {RecordedRun} from '../../src/journal/store.ts';
import {sha256} from '../../src/kit/hash.ts';
import {commandsFor, isUnrestored, unrestoredOf} from '../../src/operations/unrestored.ts';
import type {Plan, PlanBody} from '../../src/plan/model.ts';
import {addRule, planOf} from '../support/plans.ts';

type Status = PlanBody['mitigations'][number]['status'];

/** A plan that says this of its mitigations, with one step for each. */
const plan = (purpose: PlanBody['purpose'], statuses: Readonly<Record<string, Status>>): Plan => {
  const ids = Object.keys(statuses);
  const steps = ids.map((id) => addRule('C:\\web.config', `${id}.1`, {id: `${id}/step`, because: [id]}));
  const mitigations = planOf(steps).body.mitigations.map((one) => ({...one, status: statuses[one.id] ?? 'planned'}));
  return planOf(steps, {purpose, mitigations});
};

/** As the journal of a run that ended so tells it; every step of it stands, in part at least. */
const run = (runId: string, made: Plan, outcome: RunOutcome | undefined): RecordedRun => {
  const {planId, body} = made;
  const who = {by: 'admin', host: 'H', reason: '', now: true, confirmWithinMs: null};
  const events: JournalEvent[] = [
    {type: 'run.started', formatVersion: 1, runId, planId, kind: body.purpose, plan: made, ...who},
  ];
  for (const {id: step} of body.steps) {
    events.push({
      type: 'command.intended',
      step,
      phase: 'do',
      index: 0,
      attempt: 1,
      act: {do: 'run', tool: 'x', args: []},
    });
    if (outcome === 'done') events.push({type: 'step.done', step, notes: []});
  }
  const failure = {step: 'M1/step', phase: 'undo', code: 'X', message: 'access is denied'} as const;
  if (outcome === 'not-restored') events.push({type: 'step.failed', ...failure});
  if (outcome !== undefined) events.push({type: 'run.finished', outcome, files: []});
  const lines = events.map(
    (event, index): JournalLine => ({
      ...{...event, seq: index + 1, prev: sha256(''), sum: sha256('')},
      at: `2026-11-22T02:${runId.slice(1).padStart(2, '0')}:00.000Z`,
    }),
  );
  return {runId, lines, torn: 0};
};

const known = (...runs: readonly RecordedRun[]) => ({runs, state: replay(runs)});
const both = plan('apply', {M1: 'planned', M2: 'planned'});

describe('a run is unrestored', () => {
  test('that failed and could not be taken back, with why, by its mitigations', () => {
    const open = unrestoredOf(known(run('r1', both, 'not-restored')));
    expect(open).toEqual([{run: 'r1', ids: ['M1', 'M2'], message: 'access is denied'}]);
    expect(open.flatMap(commandsFor)).toEqual(['stopgap rollback M1', 'stopgap rollback M2']);
  });

  test.each<RunOutcome | undefined>(['done', 'nothing-to-do', 'refused', 'restored', undefined])(
    'and none that ended otherwise: %s',
    (outcome) => expect(unrestoredOf(known(run('r1', both, outcome)))).toEqual([]),
  );

  test('that was to take another one back, which then is in the hands of a person', () => {
    const all = known(
      run('r1', plan('apply', {M1: 'planned'}), 'done'),
      run('r2', plan('apply', {M3: 'planned'}), 'done'),
      run('r3', plan('rollback', {M1: 'in-place'}), 'not-restored'),
    );
    expect(unrestoredOf(all)).toMatchObject([{run: 'r3', ids: ['M1']}]);
    expect(['r1', 'r2', 'r3', 'r9'].filter((one) => isUnrestored(one, all))).toEqual(['r1', 'r3']);
  });

  test('by what it changed, not by what it found in place', () => {
    const made = plan('apply', {M1: 'planned', M2: 'in-place'});
    expect(unrestoredOf(known(run('r1', made, 'not-restored')))).toMatchObject([{ids: ['M1']}]);
  });

  test('not for what stands in no book of ours: nobody could roll it back', () => {
    const leftover = plan('reconcile', {M1: 'to-remove'});
    expect(unrestoredOf(known(run('r1', leftover, 'not-restored')))).toEqual([]);
  });
});

describe('it is in order again', () => {
  const failed = run('r1', both, 'not-restored');

  test('one mitigation at a time', () => {
    const back = run('r2', plan('rollback', {M1: 'in-place'}), 'done');
    expect(unrestoredOf(known(failed, back))).toMatchObject([{run: 'r1', ids: ['M2']}]);
    const rest = run('r3', plan('apply', {M2: 'planned'}), 'done');
    expect(unrestoredOf(known(failed, back, rest))).toEqual([]);
  });

  test.each<[string, RecordedRun]>([
    ['a rollback that was restored', run('r2', plan('rollback', {M1: 'in-place', M2: 'in-place'}), 'restored')],
    ['a run that is not over', run('r2', both, undefined)],
    ['a run of another mitigation', run('r2', plan('apply', {M3: 'planned'}), 'done')],
    ['a run that found it in place', run('r2', plan('apply', {M1: 'in-place', M2: 'in-place', M3: 'planned'}), 'done')],
  ])('not by %s', (_, later) => {
    expect(unrestoredOf(known(failed, later))).toMatchObject([{run: 'r1', ids: ['M1', 'M2']}]);
  });

  test('and not before it: what succeeded earlier says nothing', () => {
    expect(unrestoredOf(known(run('r1', both, 'done'), run('r2', both, 'not-restored')))).toMatchObject([{run: 'r2'}]);
  });
});
