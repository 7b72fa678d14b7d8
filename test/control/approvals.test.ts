import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {applyPlan} from '../../src/operations/apply-plan.ts';
import {approvePlan, neededApprovals} from '../../src/operations/approve.ts';
import {readSettings, settingsFile} from '../../src/operations/settings/read-settings.ts';
import type {Plan} from '../../src/plan/model.ts';
import {cli} from '../cli/collect.ts';
import {fixture, type Lab, makeLab, testFolder} from '../support/lab.ts';

/* Approvals are asked for by two files, the organisation's and the server's, and neither takes away what the other asks for. */

/** Everything that a file can say of a plan that changes M1 alone. */
const words = {
  nothing: '',
  one: 'approvals: 1\n',
  two: 'approvals: 2\n',
  'M1 free': 'autoApproved: [M1]\n',
  'one, M1 free': 'approvals: 1\nautoApproved: [M01]\n',
  'two, M1 free': 'approvals: 2\nautoApproved: [M2, M1]\n',
  'two, M2 free': 'approvals: 2\nautoApproved: [M2]\n',
} as const;
type Word = keyof typeof words;

const settle = async (stateDir: string, {server, organization}: Readonly<Record<'server' | 'organization', Word>>) => {
  await mkdir(stateDir, {recursive: true, mode: 0o700});
  const file = join(stateDir, 'share.yaml');
  await writeFile(file, `${words[organization]}\n# theirs\n`);
  await writeFile(settingsFile(stateDir), `organization: {file: ${file}}\n${words[server]}`);
  return readSettings(stateDir);
};

const changing = (...ids: readonly string[]): Pick<Plan, 'body'> => {
  const mitigations = ids.map((id) => ({id, status: 'planned'}));
  return {body: {mitigations}} as unknown as Pick<Plan, 'body'>;
};

// Rows: the organisation; columns: the server, in the order of `words`.
const table: Readonly<Record<Word, readonly number[]>> = {
  nothing: [0, 1, 2, 0, 0, 0, 2],
  one: [1, 1, 2, 1, 1, 1, 2],
  two: [2, 2, 2, 2, 2, 2, 2],
  'M1 free': [0, 1, 2, 0, 0, 0, 2],
  'one, M1 free': [0, 1, 2, 0, 0, 0, 2],
  'two, M1 free': [0, 1, 2, 0, 0, 0, 2],
  'two, M2 free': [2, 2, 2, 2, 2, 2, 2],
};
const all = Object.keys(words) as readonly Word[];

describe.each(all)('the organisation says: %s', (organization) => {
  test.each(all.map((server, column) => [server, table[organization][column]] as const))(
    'the server says: %s; a plan of M1 needs %i',
    async (server, needed) => {
      const settings = await settle(await testFolder(), {server, organization});
      expect(neededApprovals(changing('M1'), settings)).toBe(needed);
    },
  );
});

describe('a plan of two mitigations', () => {
  test.each<[Word, Word, number]>([
    ['two, M1 free', 'nothing', 2],
    ['two, M2 free', 'two, M1 free', 2],
    ['one, M1 free', 'one', 1],
  ])('is not free by one of them: organisation %s, server %s', async (organization, server, needed) => {
    const settings = await settle(await testFolder(), {server, organization});
    expect(neededApprovals(changing('M1', 'M3'), settings)).toBe(needed);
  });

  test('that changes none is not free for that', async () => {
    const settings = await settle(await testFolder(), {server: 'two, M1 free', organization: 'nothing'});
    expect(neededApprovals(changing(), settings)).toBe(2);
  });
});

describe('apply', () => {
  const apply = (lab: Lab, plan: Plan) =>
    applyPlan(plan, lab.server, {
      context: {stateDir: lab.stateDir, cwd: lab.dir, now: lab.server.clock.now(), profiles: [], env: {}},
      now: true,
      reason: 'change 4711',
      window: undefined,
      by: 'admin',
      confirmWithinMs: undefined,
      guard: undefined,
      onEvent: () => undefined,
    });

  test.each<[Word, Word]>([
    ['two', 'one, M1 free'],
    ['one, M1 free', 'two'],
  ])('organisation %s, server %s: asks for two', async (organization, server) => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await settle(lab.stateDir, {server, organization});
    const plan = await lab.plan(['M1']);
    const approve = (by: string) =>
      approvePlan(plan, lab.server, {by, reason: 'seen', comment: '', stateDir: lab.stateDir});
    await approve('ann');
    await expect(apply(lab, plan)).rejects.toMatchObject({code: 'APPLY.NOT_APPROVED'});
    await approve('bob');
    expect(await apply(lab, plan)).toMatchObject({did: 'applied'});
  });
});

test('approve says how many that very plan needs', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await settle(lab.stateDir, {server: 'two, M1 free', organization: 'one'});
  const file = join(lab.dir, 'plan.json');
  await writeFile(file, canonicalJson(await lab.plan(['M1'])));
  const answer = await cli(['approve', file, '--reason', 'seen', '--server', `sandbox:${lab.dir}`]);
  expect(answer.stdout).toMatch(/; 1 needed\n/);
});
