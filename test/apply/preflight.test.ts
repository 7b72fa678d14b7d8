import {describe, expect, test} from 'vitest';
import {
  type Disk,
  diskFull,
  mayApply,
  mayBegin,
  neededBytes,
  notElevated,
  type ToApply,
  withLock,
} from '../../src/apply/preflight.ts';
import {progressOf} from '../../src/journal/progress.ts';
import {FakeServer} from '../support/fake-server.ts';
import {addRule, planOf, serviceOff} from '../support/plans.ts';

const plan = planOf([serviceOff('Spooler')]);

type Question = ToApply & {readonly disk: Disk};

/** What each command asks, as the operations ask it. */
const asks = {
  apply: (question: Question) => mayApply(question) ?? diskFull(question.disk),
  rollback: (question: Question) => mayBegin(question) ?? diskFull(question.disk),
  recover: (question: Question) => notElevated(question.facts),
};

const good: Question = {
  plan,
  facts: {elevated: true, setupBlockers: []},
  state: {unfinished: undefined, pendingConfirms: []},
  window: {is: 'none'},
  now: true,
  confirmWithinMs: undefined,
  disk: {freeBytes: 100, neededBytes: 100},
};

const unfinished = {runId: 'r4', progress: progressOf([])};
const irreversible = planOf([serviceOff('Spooler', 'auto', {undo: []})]);

const cases: readonly [code: string, part: Partial<Question>, binds: readonly (keyof typeof asks)[]][] = [
  ['APPLY.NOT_ELEVATED', {facts: {elevated: false, setupBlockers: []}}, ['apply', 'rollback', 'recover']],
  ['APPLY.UNFINISHED_RUN', {state: {unfinished, pendingConfirms: []}}, ['apply', 'rollback']],
  ['APPLY.DISK_FULL', {disk: {freeBytes: 99, neededBytes: 100}}, ['apply', 'rollback']],
  [
    'APPLY.SETUP_RUNNING',
    {facts: {elevated: true, setupBlockers: [{code: 'SETUP.RUNNING', evidence: 'ExSetup.exe runs'}]}},
    ['apply'],
  ],
  [
    'APPLY.SETUP_REBOOT_PENDING',
    {facts: {elevated: true, setupBlockers: [{code: 'SETUP.REBOOT_PENDING', evidence: 'a restart is pending'}]}},
    ['apply'],
  ],
  [
    'APPLY.CONFIRM_PENDING',
    {state: {unfinished: undefined, pendingConfirms: [{run: 'r3', deadline: '2026-11-22T02:15:00.000Z'}]}},
    ['apply'],
  ],
  ['APPLY.OUTSIDE_WINDOW', {now: false}, ['apply']],
  ['APPLY.OUTSIDE_WINDOW', {now: false, window: {is: 'closed', next: undefined}}, ['apply']],
  ['APPLY.CONFIRM_IRREVERSIBLE', {confirmWithinMs: 60_000, plan: irreversible}, ['apply']],
];

describe('before anything is changed', () => {
  test('nothing stands in the way of a good start', () => {
    expect(asks.apply(good)).toBeUndefined();
    expect(
      asks.apply({...good, now: false, window: {is: 'open', name: 'nightly', until: new Date('2026-11-22T06:00:00Z')}}),
    ).toBeUndefined();
    expect(asks.apply({...good, confirmWithinMs: 60_000})).toBeUndefined();
    expect(asks.apply({...good, plan: irreversible})).toBeUndefined();
  });

  for (const [code, part, binds] of cases) {
    for (const activity of ['apply', 'rollback'] as const) {
      test(`${activity} with ${JSON.stringify(part).slice(0, 80)} is ${binds.includes(activity) ? code : 'allowed'}`, () => {
        const refusal = asks[activity]({...good, ...part});
        expect(refusal?.code).toBe(binds.includes(activity) ? code : undefined);
        if (refusal) expect(refusal.next, 'it says how to go on').not.toEqual([]);
      });
    }
  }

  test('a closed window says how to go on all the same', () => {
    expect(asks.apply({...good, now: false})?.next[0]?.command).toContain('--now');
    expect(asks.apply({...good, now: false})?.message).not.toBe(
      asks.apply({...good, now: false, window: {is: 'closed', next: undefined}})?.message,
    );
  });
});

describe('the lock', () => {
  test('lets one in, and the next when the first is done, also after an error', async () => {
    const server = new FakeServer({});
    await withLock(server, async () => {
      await expect(withLock(server, async () => 'in')).rejects.toMatchObject({code: 'APPLY.LOCKED', exitCode: 3});
    });
    await expect(withLock(server, () => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(await withLock(server, async () => 'in')).toBe('in');
  });
});

test('a run needs room for each touched file once, and none for files of steps that are done', async () => {
  const server = new FakeServer({files: {'C:\\a': ['x'.repeat(1000)], 'C:\\b': ['y'.repeat(5000)]}});
  const empty = await neededBytes(server, planOf([]));
  const both = [
    addRule('C:\\a', '1'),
    addRule('C:\\a', '2'),
    addRule('C:\\b', '3', {status: 'done'}),
    addRule('C:\\none', '4'),
  ];
  expect((await neededBytes(server, planOf(both))) - empty).toBe(1001);
});
