import {expect, test} from 'vitest';
import {type Rehearsed, rehearseAgain} from '../../src/operations/rehearse.ts';
import {planReconcile} from '../../src/operations/replan.ts';
import type {Plan} from '../../src/plan/model.ts';
import {sealPlan} from '../../src/plan/seal.ts';
import {openSandboxForRehearsal} from '../../src/server/sandbox/rehearsal.ts';
import {contextOf, fixture, type Lab, makeLab} from '../support/lab.ts';

const siteConfig = 'C:\\inetpub\\wwwroot\\web.config';

const rehearsed = async (lab: Lab, plan: Plan): Promise<Rehearsed> =>
  rehearseAgain(await openSandboxForRehearsal(lab.dir, {inProcess: true}), {plan, context: contextOf(lab)});

const verdicts = ({report}: Rehearsed): readonly string[] => [
  ...report.steps.map(({step, verdict}) => `${step} ${verdict}`),
  `undo ${report.undo.verdict}`,
];

test('a rollback is tried on copies: the removal comes out as predicted, and so does its own way back', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await lab.applied(await lab.plan(['M1']));
  const before = await lab.tree();
  const plan = await lab.planRollback();
  const done = await rehearsed(lab, plan);
  expect(verdicts(done)).toEqual([expect.stringMatching(/\/remove exact$/), 'undo exact']);
  expect(done.report.files).toEqual(plan.body.predicted);
  expect(await lab.tree()).toEqual(before);
});

test('a rollback of a pool tries its autoStart alone', async () => {
  const lab = await makeLab(fixture('exchange2016-cu19'), {build: '15.1.2176.2'});
  await lab.applied(await lab.plan(['CVE-2021-26857']));
  const [before, machine] = [await lab.tree(), lab.machine()];
  const done = await rehearsed(lab, await lab.planRollback());
  expect(done.report.steps.every(({verdict}) => verdict === 'exact')).toBe(true);
  expect(await lab.tree()).toEqual(before);
  expect(lab.machine()).toEqual(machine);
});

test('a reconciliation is tried on copies', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const original = await lab.read(siteConfig);
  await lab.applied(await lab.plan(['M1']));
  // As an update of Exchange leaves it: the rule is gone.
  await lab.write(siteConfig, original);
  const options = {place: undefined, accept: []};
  const {body} = await planReconcile(lab.server, {context: contextOf(lab), options});
  const meta = {plannedAt: '2026-01-01T00:00:00.000Z', hostName: 'LAB', server: 'sandbox:lab', stopgap: 'test'};
  const done = await rehearsed(lab, sealPlan(body, meta));
  expect(verdicts(done)).toEqual([expect.stringMatching(/\/add exact$/), 'undo exact']);
  expect(await lab.read(siteConfig)).toBe(original);
});

test('files that would be put back byte for byte are none of its business', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await lab.applied(await lab.plan(['M1']));
  await expect(rehearsed(lab, await lab.planRollback({exact: true}))).rejects.toMatchObject({
    code: 'PLAN.NOT_FOR_REHEARSAL',
    exitCode: 3,
  });
});
