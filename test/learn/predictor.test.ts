import {expect, test} from 'vitest';
import {openForRehearsal} from '../../src/cli/open-server.ts';
import {rememberLearnt} from '../../src/operations/learn/remember.ts';
import {unknownCapabilities} from '../../src/rehearsal/capabilities.ts';
import {cli} from '../cli/collect.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

/* What was learnt turns the prediction: a rollback from an IIS that leaves empty parents behind. */

const io = {stdout: process.stdout, stderr: process.stderr, now: () => new Date(), cwd: '/', env: {}};

const labThatLeaves = (): Promise<Lab> =>
  makeLab(fixture('exchange2019-cu12'), {
    describe: (description) => ({...description, behaviour: {...description.behaviour, emptyParents: 'leave'}}),
  });

const predictedRollback = async ({dir}: Lab): Promise<string> =>
  (await cli(['rollback', '--all', '--dry-run', '--server', `sandbox:${dir}`])).stdout;

test('the diff of a rollback says what stays', async () => {
  const lab = await labThatLeaves();
  await lab.applied(await lab.plan(['M1']));
  expect(await predictedRollback(lab)).toContain('-        <rewrite>');
  const args = {server: `sandbox:${lab.dir}`, 'state-dir': undefined};
  const appcmdVersion = await (await openForRehearsal(args, io)).appcmdVersion();
  const capabilities = {...unknownCapabilities, emptyParents: 'leave' as const};
  await rememberLearnt(lab.stateDir, {appcmdVersion, capabilities, behaviour: {}, answers: []});
  expect(await predictedRollback(lab)).not.toContain('-        <rewrite>');
  await lab.rollBack({all: true});
  expect(await lab.read('C:\\inetpub\\wwwroot\\web.config')).toContain('<rewrite>');
});
