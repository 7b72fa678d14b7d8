import {defineCommand} from './command.ts';
import {acceptOption} from './shared-options.ts';

/** Takes back what stopgap did. Never bound to a change window: the way back is always open. */
export const rollbackCommand = defineCommand({
  name: 'rollback [target]',
  describe: 'Take back a run or a mitigation, the last finished run by default',
  builder: (yargs) =>
    yargs
      .positional('target', {type: 'string', describe: 'Run (r3) or mitigation (M1)'})
      .option('all', {type: 'boolean', default: false, describe: 'Everything that stopgap keeps on this server'})
      .option('dry-run', {type: 'boolean', default: false, describe: 'Show its plan and change nothing'})
      .option('exact', {
        type: 'boolean',
        default: false,
        describe: "Put the backup's bytes back where nobody else changed the file",
      })
      .option('from-backup', {
        type: 'boolean',
        default: false,
        describe: "Put the backup's bytes back over later edits of others too; needs --reason",
      })
      .option('accept', acceptOption)
      .option('reason', {type: 'string', describe: 'Why, for the journal'}),
  run: async (args, io) => {
    const {acceptedFrom} = await import('./accepted.ts');
    const {openReader, openServer, stateDirOf} = await import('./open-server.ts');
    const {planRollback} = await import('../operations/rollback.ts');
    const accept = acceptedFrom(args);
    const fromBackup = args['from-backup'];
    if (fromBackup && (args.reason ?? '').trim() === '') {
      const {Refusal} = await import('../kit/refusal.ts');
      throw new Refusal('USAGE.REASON_MISSING', '--from-backup destroys later edits of others: it needs --reason');
    }
    const choice = {target: args.target, all: args.all, exact: args.exact, fromBackup, accept};
    const stateDir = stateDirOf(args, io);
    if (args['dry-run']) {
      const {commandLine} = await import('./command-line.ts');
      const {renderPreview} = await import('./render-preview.ts');
      const {refusePlan} = await import('../operations/refuse-plan.ts');
      const plan = await planRollback(await openReader(args, io), choice, {stateDir, now: io.now()});
      refusePlan(plan.body);
      const {server, all, exact, reason} = args;
      const options = {
        server,
        'state-dir': args['state-dir'],
        all,
        exact,
        'from-backup': fromBackup,
        accept: args.accept,
        reason,
      };
      const again = commandLine(['rollback', ...(args.target === undefined ? [] : [args.target])], options);
      const text = await renderPreview(plan, {args, format: 'text', again}, io);
      return {code: 'ROLLBACK.PLANNED', exitCode: 0, data: plan, text};
    }
    const {rollBackByHand} = await import('./roll-back-by-hand.ts');
    const {runAnswer} = await import('./run-answer.ts');
    const {comesBack} = await import('./comes-back.ts');
    const {readState} = await import('../operations/state.ts');
    const server = await openServer(args, io);
    const active = async (): Promise<readonly string[]> => [...(await readState(stateDir)).state.mitigations.keys()];
    const before = await active();
    const chosen = {choice, stateDir, kind: 'rollback', reason: args.reason ?? 'none given'} as const;
    const {plan, result} = await rollBackByHand(server, chosen, {args, io});
    const left = new Set(await active());
    const ids = before.filter((id) => !left.has(id));
    const notes = result.exitCode === 0 ? await comesBack({server, stateDir, ids}, args, io) : [];
    const told = {...result, notes: [...result.notes, ...notes]};
    return runAnswer(told, {plan, verb: 'rolled back', code: 'ROLLBACK.DONE'});
  },
});
