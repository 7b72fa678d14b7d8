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
    const {rehearseAgain, rehearsePlan} = await import('../operations/rehearse.ts');
    const {checkSame} = await import('../operations/same-plan.ts');
    const {optionsOf} = await import('../plan/options.ts');
    const {rehearsalText} = await import('./rehearsal-text.ts');
    const plan = await readPlanFile(args.plan, io);
    const server = await openForRehearsal(args, io);
    const stateDir = stateDirOf(args, io);
    const now = io.now();
    const context = {stateDir, cwd: io.cwd, now, profiles: args.profile, ...networkFrom(io)};
    const options = optionsOf(plan.body);
    const rehearsed =
      plan.body.purpose === 'apply'
        ? await rehearsePlan(server, {
            sources: await reloadSources(plan.body.sources, context),
            options,
            stateDir,
            now,
          })
        : await rehearseAgain(server, {plan, context});
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
