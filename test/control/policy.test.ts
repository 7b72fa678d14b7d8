import {mkdir, writeFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {applyPlan} from '../../src/operations/apply-plan.ts';
import {approvePlan, approversOf} from '../../src/operations/approve.ts';
import {readSettings, settingsFile} from '../../src/operations/settings/read-settings.ts';
import type {Plan} from '../../src/plan/model.ts';
import {sealPlan} from '../../src/plan/seal.ts';
import {fixture, type Lab, makeLab, testFolder} from '../support/lab.ts';

const settle = async (stateDir: string, text: string): Promise<void> => {
  await mkdir(stateDir, {recursive: true, mode: 0o700});
  await writeFile(settingsFile(stateDir), text);
};

interface Way {
  readonly now?: boolean;
  readonly reason?: string;
  readonly window?: string;
}

const apply = (lab: Lab, plan: Plan, {now = false, reason, window}: Way = {}) =>
  applyPlan(plan, lab.server, {
    context: {stateDir: lab.stateDir, cwd: lab.dir, now: lab.server.clock.now(), profiles: [], env: {}},
    now,
    reason,
    window,
    by: 'admin',
    confirmWithinMs: undefined,
    guard: undefined,
    onEvent: () => undefined,
  });

const planned = async (settings: string): Promise<{lab: Lab; plan: Plan}> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await settle(lab.stateDir, settings);
  return {lab, plan: await lab.plan(['M1'])};
};

const always =
  'windows: [{name: always, days: [mon, tue, wed, thu, fri, sat, sun], opens: "00:00", lasts: 48h, timeZone: UTC}]';
const never = 'windows: [{name: once, once: 2020-01-01T00:00, lasts: 1h, timeZone: UTC}]';

describe('change windows', () => {
  test('let a plan pass while one is open, and the journal names it', async () => {
    const {lab, plan} = await planned(always);
    expect(await apply(lab, plan)).toMatchObject({did: 'applied'});
    const {readState} = await import('../../src/operations/state.ts');
    expect((await readState(lab.stateDir)).runs[0]?.lines[0]).toMatchObject({window: 'always', now: false});
  });

  test('refuse outside, by name or by any', async () => {
    const {lab, plan} = await planned(never);
    await expect(apply(lab, plan)).rejects.toMatchObject({code: 'APPLY.OUTSIDE_WINDOW'});
    await expect(apply(lab, plan, {window: 'nightly'})).rejects.toMatchObject({code: 'APPLY.NO_SUCH_WINDOW'});
  });

  test('say in local time when the next one opens', async () => {
    const {lab, plan} = await planned(
      'windows: [{name: far, once: 2099-06-01T22:00, lasts: 4h, timeZone: W. Europe Standard Time},\n  {name: soon, days: [sat], opens: "22:00", lasts: 4h, timeZone: America/New_York, except: []}]\nfreeze: []',
    );
    const refusal: unknown = await apply(lab, plan).catch((error: unknown) => error);
    // On a Saturday night the window is open: then there is nothing to refuse.
    if (refusal instanceof Error)
      expect(refusal.message).toMatch(/soon, opens \d{4}-\d\d-\d\d 22:00 \(America\/New_York\)/);
  });

  test('are passed by --now, which asks for a reason where the settings do', async () => {
    const {lab, plan} = await planned(`${never}\nrequireReason: true`);
    await expect(apply(lab, plan, {now: true})).rejects.toMatchObject({code: 'APPLY.REASON_MISSING'});
    expect(await apply(lab, plan, {now: true, reason: 'change 4711'})).toMatchObject({did: 'applied'});
  });

  test('are passed by what the settings call urgent, and by nothing else', async () => {
    const {lab, plan} = await planned(`${never}\nurgent: [m2]`);
    await expect(apply(lab, plan)).rejects.toMatchObject({code: 'APPLY.OUTSIDE_WINDOW'});
    await settle(lab.stateDir, `${never}\nurgent: [m1]`);
    expect(await apply(lab, plan)).toMatchObject({did: 'applied'});
  });

  test('never bind the way back', async () => {
    const {lab, plan} = await planned(`${never}\napprovals: 2`);
    await settle(lab.stateDir, '');
    await apply(lab, plan, {now: true});
    await settle(lab.stateDir, `${never}\napprovals: 2`);
    expect((await lab.rollBack()).result).toMatchObject({outcome: 'done'});
  });
});

describe('approvals', () => {
  const approve = (lab: Lab, plan: Plan, by: string, comment = '') =>
    approvePlan(plan, lab.server, {by, reason: 'seen', comment, stateDir: lab.stateDir});

  test('two need two accounts; a name given by hand counts for nothing', async () => {
    const {lab, plan} = await planned('approvals: 2');
    await expect(apply(lab, plan, {now: true})).rejects.toMatchObject({code: 'APPLY.NOT_APPROVED'});
    await approve(lab, plan, 'DOM\\ann');
    await approve(lab, plan, 'dom\\Ann', 'for Bob');
    await expect(apply(lab, plan, {now: true})).rejects.toMatchObject({code: 'APPLY.NOT_APPROVED'});
    expect(await approve(lab, plan, 'DOM\\bob')).toHaveLength(2);
    expect(await apply(lab, plan, {now: true})).toMatchObject({did: 'applied'});
  });

  test('are lost by a plan that is altered', async () => {
    const {lab, plan} = await planned('approvals: 1');
    await approve(lab, plan, 'ann');
    const altered = sealPlan({...plan.body, accepted: [{code: 'X', reason: 'y'}]}, plan.meta);
    expect(await approversOf(altered, lab.stateDir)).toEqual([]);
    await expect(approve(lab, {...plan, body: altered.body}, 'bob')).rejects.toMatchObject({code: 'PLAN.ALTERED'});
  });

  test('that were tampered with are refused', async () => {
    const {lab, plan} = await planned('approvals: 1');
    await approve(lab, plan, 'ann');
    const file = `${lab.stateDir}/approvals/journal.jsonl`;
    const {readFile} = await import('node:fs/promises');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"ann"', '"bob"'));
    await expect(apply(lab, plan, {now: true})).rejects.toMatchObject({code: 'JOURNAL.DAMAGED'});
  });
});

describe('settings', () => {
  test.each([
    ['windows:\n  - {name: w, days: [sat], opens: 22:00, lasts: 4h, timeZone: Middle Earth}', 2, 'no time zone'],
    ['approvals: 3', 1, ''],
    ['windows:\n  - {name: a, once: 2026-02-30T10:00, lasts: 1h, timeZone: UTC}', 2, 'no such date'],
    ['approvals: 1\nfreeze: [{from: 2026-12-24, to: 2026-12-01}]', 2, 'it ends before it begins'],
    ['apprvals: 1', 1, ''],
  ])('%j are refused with file, line and reason', async (text, line, reason) => {
    const folder = await testFolder();
    await settle(folder, text);
    await expect(readSettings(folder)).rejects.toMatchObject({
      code: 'SETTINGS.INVALID',
      where: {file: settingsFile(folder), line},
      message: expect.stringContaining(reason),
    });
  });

  test('that are not there, or say nothing, bind nothing', async () => {
    const folder = await testFolder();
    expect(await readSettings(folder)).toMatchObject({
      windows: [],
      freeze: [],
      requireReason: false,
      urgent: [],
    });
    await settle(folder, '# nothing yet\n');
    expect(await readSettings(folder)).toMatchObject({windows: [], requireReason: false});
  });
});

describe('rollback over later edits of others', () => {
  test('shows the three versions and refuses; --from-backup puts the old bytes back and says what is lost', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const config = 'C:\\inetpub\\wwwroot\\web.config';
    const original = await lab.read(config);
    await lab.applied(await lab.plan(['M1']));
    await lab.write(config, (await lab.read(config)).replace('AbortRequest', 'None'));
    const refused: unknown = await lab.rollBack().catch((error: unknown) => error);
    expect(refused).toMatchObject({code: 'PLAN.REFUSED'});
    const {message} = refused instanceof Error ? refused : {message: ''};
    for (const version of ['before the run: (absent)', 'the run wrote:', 'it is now:'])
      expect(message).toContain(version);
    const {plan, result} = await lab.rollBack({fromBackup: true});
    expect(result).toMatchObject({outcome: 'done'});
    expect(plan.body.findings.map(({code}) => code)).toContain('ROLLBACK.LATER_EDITS_LOST');
    expect(await lab.read(config)).toBe(original);
  });
});
