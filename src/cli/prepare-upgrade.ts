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
    const {rollBack} = await import('../operations/take-back.ts');
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
    const {account} = await import('./account.ts');
    const {follow} = await import('./follow-run.ts');
    const {runAnswer} = await import('./run-answer.ts');
    const {atHere, hereFrom} = await import('./here.ts');
    const server = await openServer(args, io);
    const {withStopSignals} = await import('./stop-signals.ts');
    const {plan, result} = await withStopSignals(io, (stop) =>
      rollBack(server, {
        stop,
        choice,
        stateDir,
        now: server.clock.now(),
        kind: 'prepare-upgrade',
        by: account(),
        reason: args.reason,
        onEvent: follow(args, io),
      }),
    );
    const answer = runAnswer(result, {plan, verb: 'done', code: 'UPGRADE.PREPARED'});
    const ids = plan.body.mitigations.map(({id}) => id).join(', ');
    return {
      ...answer,
      text: `${answer.text}suspended for upgrade: ${ids}\nafter it: ${atHere('stopgap reconcile', hereFrom(args))}\n`,
    };
  },
});
