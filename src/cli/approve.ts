import {escapeLine} from '../kit/escape-control.ts';
import {defineCommand} from './command.ts';

/** Records that this account has seen a plan and wants it. */
export const approveCommand = defineCommand({
  name: 'approve <plan>',
  describe: 'Approve a plan file; the account of the operating system is recorded',
  builder: (yargs) =>
    yargs
      .positional('plan', {type: 'string', demandOption: true, describe: 'Plan file, written by plan -o'})
      .option('reason', {type: 'string', demandOption: true, describe: 'Why, for the journal'})
      .option('comment', {type: 'string', describe: 'A name or ticket; it counts for nothing'}),
  run: async (args, io) => {
    const {readPlanFile} = await import('./read-plan-file.ts');
    const {openServer, stateDirOf} = await import('./open-server.ts');
    const {approvePlan, neededApprovals} = await import('../operations/approve.ts');
    const {readSettings} = await import('../operations/settings/read-settings.ts');
    const {account} = await import('./account.ts');
    const plan = await readPlanFile(args.plan, io);
    const stateDir = stateDirOf(args, io);
    const {reason, comment} = args;
    const needed = neededApprovals(plan, await readSettings(stateDir));
    const accounts = await approvePlan(plan, await openServer(args, io), {
      by: account(),
      reason,
      comment: comment ?? '',
      stateDir,
    });
    return {
      code: 'APPROVE.RECORDED',
      exitCode: 0,
      data: {planId: plan.planId, accounts, needed},
      text: `plan ${plan.planId.slice(0, 12)} is approved by ${escapeLine(accounts.join(', '))}; ${needed} needed`,
    };
  },
});
