import {defineCommand} from './command.ts';
import {networkFrom} from './network-options.ts';
import {profileOption} from './shared-options.ts';

/** Tries a plan's configuration edits and their undo on scratch copies, by the server's own appcmd. */
export const rehearseCommand = defineCommand({
  name: 'rehearse <plan>',
  describe: "Try a plan's configuration edits and the way back on copies, by the server's own appcmd",
  builder: (yargs) =>
    yargs
      .positional('plan', {type: 'string', demandOption: true, describe: 'Plan file, written by plan -o'})
      .option('profile', profileOption),
  run: async (args, io) => {
    const {readPlanFile} = await import('./read-plan-file.ts');
    const {openForRehearsal, stateDirOf} = await import('./open-server.ts');
    const {reloadSources} = await import('../operations/load-sources.ts');
    const {rehearsePlan} = await import('../operations/rehearse.ts');
    const {checkSame} = await import('../operations/same-plan.ts');
    const {rehearsalText} = await import('./rehearsal-text.ts');
    const {Refusal} = await import('../kit/refusal.ts');
    const plan = await readPlanFile(args.plan, io);
    if (plan.body.purpose !== 'apply') {
      throw new Refusal('PLAN.NOT_FOR_REHEARSAL', `a plan to ${plan.body.purpose} is made afresh each time it is run`);
    }
    const server = await openForRehearsal(args, io);
    const stateDir = stateDirOf(args, io);
    const now = io.now();
    const sources = await reloadSources(plan.body.sources, {
      stateDir,
      cwd: io.cwd,
      now,
      profiles: args.profile,
      ...networkFrom(io),
    });
    const {place, commands} = plan.body.options;
    const options = {place: place ?? undefined, accept: plan.body.accepted, ...(commands && {commands})};
    const rehearsed = await rehearsePlan(server, {sources, options, stateDir, now});
    // The same rule as for apply: what is tried is what planning finds now, and it must be what the person has seen.
    if (rehearsed.failed === undefined) checkSame(plan, rehearsed.plan.body);
    const {report, capabilities, failed} = rehearsed;
    return {
      code: failed ? 'REHEARSAL.STEPWISE_NEEDED' : 'REHEARSAL.PASSED',
      exitCode: 0,
      data: {report, capabilities, failed: failed ?? null},
      text: rehearsalText(rehearsed),
    };
  },
});
