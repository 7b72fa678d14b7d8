import {expect, test} from 'vitest';
import type {JournalEvent} from '../../src/journal/model.ts';
import {applyPlan} from '../../src/operations/apply-plan.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {type CliRun, cli} from './collect.ts';

const recover = (lab: Lab, ...more: readonly string[]): Promise<CliRun> =>
  cli(['recover', '--server', `sandbox:${lab.dir}`, ...more], {cwd: lab.dir});

/** A run that did the first of its two steps. */
const interrupted = async (): Promise<Lab> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const stop = new AbortController();
  const end = await applyPlan(await lab.plan(['M1', 'M2']), lab.server, {
    ...{context: {stateDir: lab.stateDir, cwd: lab.dir, now: lab.server.clock.now(), profiles: [], env: {}}},
    ...{now: true, reason: 'change 4711', confirmWithinMs: undefined, guard: async () => [], window: undefined},
    by: 'admin',
    onEvent: ({type}: JournalEvent) => type === 'step.done' && stop.abort('SIGINT'),
    stop: stop.signal,
  });
  expect(end).toMatchObject({did: 'applied', result: {code: 'APPLY.STOPPED', exitCode: 5}});
  return lab;
};

test('recovery names steps as the preview does, and counts what it took back', async () => {
  const {stdout, stderr, exitCode} = await recover(await interrupted());
  expect(exitCode).toBe(0);
  const title = 'rule "stopgap M1.1 PowerShell - inbound" in C:\\inetpub\\wwwroot\\web.config';
  expect(stdout).toContain(`↶ + ${title}\n`);
  expect(stdout).toContain('run r1 taken back: 1 step undone\n');
  expect(stdout).not.toContain('rewrite/M');
  expect(stderr).toContain(`step rewrite/M1.1/rules/add (${title}) taken back`);
});

test('recovery that completes a run names the steps of both sides of the interruption', async () => {
  const {stdout} = await recover(await interrupted(), '--complete');
  expect(stdout).toMatch(
    /✓ \+ rule "stopgap M1\.1 .*\n✓ \+ preCondition "stopgap M2\.1 .*\nrun r1 completed: 2 steps done\n/,
  );
});
