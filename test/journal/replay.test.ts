import {describe, expect, test} from 'vitest';
import type {JournalEvent, JournalLine, RunKind, RunOutcome} from '../../src/journal/model.ts';
import {replay} from '../../src/journal/replay.ts';
import type {RecordedRun} from '../../src/journal/store.ts';
import {sha256} from '../../src/kit/hash.ts';
import {resourceKey} from '../../src/plan/holds.ts';
import type {Plan, Step} from '../../src/plan/model.ts';
import {addRule, planOf, serviceOff} from '../support/plans.ts';

const webConfig = 'C:\\inetpub\\wwwroot\\web.config';

/** A run as its journal would tell it; hashes and numbers are none of replay's business. */
const recorded = (runId: string, plan: Plan, events: readonly JournalEvent[], kind?: RunKind): RecordedRun => {
  const start: JournalEvent = {
    type: 'run.started',
    formatVersion: 1,
    runId,
    planId: plan.planId,
    kind: kind ?? plan.body.purpose,
    plan,
    by: 'FAKE\\admin',
    host: 'FAKE',
    reason: '',
    now: true,
    confirmWithinMs: null,
  };
  const lines = [start, ...events].map((event, index): JournalLine => {
    const minute = String(Number(runId.slice(1))).padStart(2, '0');
    return {...event, seq: index + 1, prev: sha256(''), sum: sha256(''), at: `2026-11-22T02:${minute}:00.000Z`};
  });
  return {runId, lines, torn: 0};
};

const done = (...steps: readonly Step[]): JournalEvent[] =>
  steps.flatMap((step): JournalEvent[] => [
    {type: 'step.intended', step: step.id},
    {
      type: 'command.intended',
      step: step.id,
      phase: 'do',
      index: 0,
      attempt: 1,
      act: {do: 'run', tool: 'sc.exe', args: []},
    },
    {type: 'step.done', step: step.id, notes: []},
  ]);
const skipped = (step: Step): JournalEvent => ({type: 'step.skipped', step: step.id, why: 'planned-as-done'});
const finished = (outcome: RunOutcome, files: {path: string; sha256: string | null}[] = []): JournalEvent => ({
  type: 'run.finished',
  outcome,
  files,
});

const rollbackOf = (ids: string[], steps: Step[]): Plan => {
  const model = planOf([serviceOff('X', 'auto', {because: ids})]);
  return planOf(steps, {purpose: 'rollback', mitigations: model.body.mitigations});
};

const monitoring = (id: string, was: 'auto' | 'disabled', part: Partial<Step> = {}): Step =>
  serviceOff('MSExchangeHM', was, {id: `${id}/monitoring/off`, because: [id], ...part});
const key = 'service:msexchangehm';

describe('a resource that two mitigations need', () => {
  const first = recorded('r1', planOf([monitoring('A', 'auto')]), [...done(monitoring('A', 'auto')), finished('done')]);
  const second = recorded('r2', planOf([monitoring('B', 'disabled', {status: 'done'})]), [
    skipped(monitoring('B', 'disabled')),
    finished('nothing-to-do'),
  ]);
  const rollback = (runId: string, id: string) => {
    const step = monitoring(id, 'auto', {id: `${id}/undo`});
    return recorded(runId, rollbackOf([id], [step]), [skipped(step), finished('nothing-to-do')]);
  };

  test('is held by both, and what was there first is what the first one recorded', () => {
    const {resources} = replay([first, second]);
    expect(resources.get(key)).toMatchObject({run: 'r1', holders: ['A', 'B'], first: {was: {startType: 'auto'}}});
  });

  test('stays held, with its first record, when the one who recorded it lets go', () => {
    const {resources, mitigations} = replay([first, second, rollback('r3', 'A')]);
    expect(resources.get(key)).toMatchObject({run: 'r1', holders: ['B'], first: {was: {startType: 'auto'}}});
    expect([...mitigations.keys()]).toEqual(['B']);
  });

  test('is free when the last one lets go, and is recorded anew after that', () => {
    const runs = [first, second, rollback('r3', 'A'), rollback('r4', 'B')];
    expect(replay(runs).resources.size).toBe(0);
    const again = recorded('r5', planOf([monitoring('B', 'disabled')]), [
      ...done(monitoring('B', 'disabled')),
      finished('done'),
    ]);
    expect(replay([...runs, again]).resources.get(key)).toMatchObject({
      run: 'r5',
      first: {was: {startType: 'disabled'}},
    });
  });

  test('stays held when a rollback was restored, and when it was refused', () => {
    for (const outcome of ['restored', 'refused'] as const) {
      const plan = rollbackOf(['A'], [monitoring('A', 'auto')]);
      expect(replay([first, recorded('r2', plan, [finished(outcome)])]).resources.get(key)?.holders).toEqual(['A']);
    }
  });
});

describe('a mitigation', () => {
  const rule = addRule(webConfig, 'A.1', {because: ['A']});
  const service = serviceOff('Spooler', 'auto', {because: ['A']});
  const plan = planOf([rule, service]);

  test('is active since its first run, with the steps of all its runs', () => {
    const one = recorded('r1', plan, [...done(rule), skipped(service), finished('done')]);
    const two = recorded('r2', plan, [skipped(rule), ...done(service), finished('done')]);
    expect(replay([one, two]).mitigations.get('A')).toEqual({
      run: 'r1',
      since: '2026-11-22T02:01:00.000Z',
      complete: true,
      steps: [
        {run: 'r1', step: rule.id, ours: true},
        {run: 'r1', step: service.id, ours: false},
        {run: 'r2', step: rule.id, ours: false},
        {run: 'r2', step: service.id, ours: true},
      ],
    });
  });

  test('is not active after a run that was restored, refused, or never reached it', () => {
    for (const outcome of ['restored', 'refused'] as const) {
      expect(replay([recorded('r1', plan, [...done(rule), finished(outcome)])]).mitigations.size).toBe(0);
    }
    expect(replay([recorded('r1', plan, [{type: 'step.intended', step: rule.id}])]).mitigations.size).toBe(0);
  });

  test('whose run could not be restored is there in part: only what was not undone is held', () => {
    const undone: JournalEvent = {type: 'step.undone', step: service.id, notes: []};
    const state = replay([recorded('r1', plan, [...done(rule, service), undone, finished('not-restored')])]);
    expect(state.mitigations.get('A')).toMatchObject({complete: false, steps: [{step: rule.id}]});
    expect([...state.resources.keys()]).toEqual(rule.resources.map(resourceKey));
  });

  test('whose rollback stopped half-way keeps what is left, and is no longer whole', () => {
    const one = recorded('r1', plan, [...done(rule, service), finished('done')]);
    const undo = {...service, id: 'undo/service'};
    const half = recorded('r2', rollbackOf(['A'], [undo, {...rule, id: 'undo/rule'}]), [
      ...done(undo),
      finished('not-restored'),
    ]);
    const state = replay([one, half]);
    expect([...state.resources.keys()]).toEqual(rule.resources.map(resourceKey));
    expect(state.mitigations.get('A')?.complete).toBe(false);
  });
});

describe('the runs', () => {
  const rule = addRule(webConfig, 'A.1', {because: ['A']});
  const plan = planOf([rule]);
  const backedUp = (digest: string | null): JournalEvent => ({
    type: 'file.backedUp',
    path: webConfig,
    sha256: digest,
    size: 1,
  });
  const deadline: JournalEvent = {type: 'confirm.pending', deadline: '2026-11-22T02:15:00.000Z'};

  test('chain what they did to a file, however its path is spelled', () => {
    const [a, b, c] = [sha256('a'), sha256('b'), sha256('c')];
    const other = 'c:/InetPub/wwwroot/web.config';
    const state = replay([
      recorded('r1', plan, [backedUp(null), ...done(rule), finished('done', [{path: webConfig, sha256: a}])]),
      recorded('r2', plan, [backedUp(b), backedUp(c), ...done(rule), finished('done', [{path: other, sha256: null}])]),
      recorded('r3', plan, [backedUp(c), ...done(rule)]),
    ]);
    expect(state.files.get(webConfig.toLowerCase())).toEqual([
      {path: webConfig, run: 'r1', before: null, after: a},
      {path: webConfig, run: 'r2', before: b, after: null},
      {path: webConfig, run: 'r3', before: c, after: undefined},
    ]);
  });

  test('name the one that a crash interrupted, and ignore those that never began', () => {
    const state = replay([
      {runId: 'r1', lines: [], torn: 12},
      recorded('r2', plan, [...done(rule), finished('done')]),
      recorded('r3', plan, done(rule)),
    ]);
    expect(state.unfinished?.runId).toBe('r3');
    expect(state.lastFinished?.runId).toBe('r2');
    expect(state.runs.map(({runId, outcome}) => [runId, outcome])).toEqual([
      ['r2', 'done'],
      ['r3', undefined],
    ]);
  });

  test('wait for a confirm until it is given, or nothing of the run stands', () => {
    const one = [deadline, ...done(rule), finished('done')];
    const pending = [{run: 'r1', deadline: '2026-11-22T02:15:00.000Z'}];
    expect(replay([recorded('r1', plan, one)]).pendingConfirms).toEqual(pending);
    expect(replay([recorded('r1', plan, [...one, {type: 'confirm.given', by: 'x'}])]).pendingConfirms).toEqual([]);
    expect(replay([recorded('r1', plan, [deadline, ...done(rule)])]).pendingConfirms).toEqual(pending);
    expect(replay([recorded('r1', plan, [deadline, finished('restored')])]).pendingConfirms).toEqual([]);
    expect(
      replay([recorded('r1', plan, [deadline, skipped(rule), finished('nothing-to-do')])]).pendingConfirms,
    ).toEqual([]);
    const back = {...rule, id: 'undo/rule'};
    const rollback = recorded('r2', rollbackOf(['A'], [back]), [...done(back), finished('done')], 'expired-confirm');
    expect(replay([recorded('r1', plan, one), rollback]).pendingConfirms).toEqual([]);
  });
});
