import {defineCommand} from './command.ts';

/** Before a cumulative update: services, pools and monitoring run again, rules stay. `reconcile` brings the rest back. */
export const prepareUpgradeCommand = defineCommand({
  name: 'prepare-upgrade',
  describe: 'Before an update of Exchange: let services, pools and monitoring run again, keep the rules',
  builder: (yargs) =>
    yargs
      .option('dry-run', {type: 'boolean', default: false, describe: 'Show its plan and change nothing'})
      .option('reason', {type: 'string', default: 'none given', describe: 'Why, for the journal'}),
  run: async (args, io) => {
    const {openReader, openServer, stateDirOf} = await import('./open-server.ts');
    const {planRollback} = await import('../operations/rollback.ts');
    const stateDir = stateDirOf(args, io);
    const choice = {target: undefined, all: true, exact: false, fromBackup: false, suspend: true, accept: []} as const;
    if (args['dry-run']) {
      const {commandLine} = await import('./command-line.ts');
      const {renderPreview} = await import('./render-preview.ts');
      const plan = await planRollback(await openReader(args, io), choice, {stateDir, now: io.now()});
      const {server} = args;
      const again = commandLine(['prepare-upgrade'], {server, 'state-dir': args['state-dir']});
      const text = await renderPreview(plan, {args, format: 'text', again}, io);
      return {code: 'UPGRADE.PLANNED', exitCode: 0, data: plan, text};
    }
    const {rollBackByHand} = await import('./roll-back-by-hand.ts');
    const {runAnswer} = await import('./run-answer.ts');
    const {atHere, hereFrom} = await import('./here.ts');
    const server = await openServer(args, io);
    const chosen = {choice, stateDir, kind: 'prepare-upgrade', reason: args.reason} as const;
    const {plan, result} = await rollBackByHand(server, chosen, {args, io});
    const answer = runAnswer(result, {plan, verb: 'done', code: 'UPGRADE.PREPARED'});
    const ids = plan.body.mitigations.map(({id}) => id).join(', ');
    return {
      ...answer,
      text: `${answer.text}suspended for upgrade: ${ids}\nafter it: ${atHere('stopgap reconcile', hereFrom(args))}\n`,
    };
  },
});
