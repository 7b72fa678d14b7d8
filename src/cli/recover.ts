import {defineCommand} from './command.ts';

/** Puts in order what a crash interrupted; nothing else runs before. */
export const recoverCommand = defineCommand({
  name: 'recover',
  describe: 'Put the run in order that a crash interrupted',
  builder: (yargs) =>
    yargs.option('complete', {type: 'boolean', default: false, describe: 'Finish the run instead of taking it back'}),
  run: async (args, io) => {
    const {openServer, stateDirOf} = await import('./open-server.ts');
    const {putInOrder} = await import('../operations/put-in-order.ts');
    const {account} = await import('./account.ts');
    const {follow} = await import('./follow-run.ts');
    const {runAnswer} = await import('./run-answer.ts');
    const {readState} = await import('../operations/state.ts');
    const server = await openServer(args, io);
    const stateDir = stateDirOf(args, io);
    // Whoever recovers has no preview at hand, as whoever applies has.
    const plan = (await readState(stateDir)).state.unfinished?.progress.started?.plan;
    const {withStopSignals} = await import('./stop-signals.ts');
    const {result, takenBack} = await withStopSignals(io, (stop) =>
      putInOrder(server, {
        stop,
        stateDir,
        choice: args.complete ? 'complete' : 'undo',
        by: account(),
        onEvent: follow(args, io, plan),
      }),
    );
    if (!result) {
      const text = takenBack.map(
        ({run, deadline, by}) => `run ${run} was not confirmed by ${deadline}: taken back by run ${by}`,
      );
      return {code: 'RECOVER.DONE', exitCode: 0, data: {takenBack}, text: text.join('\n')};
    }
    // A run that was on its way back already is never completed.
    const verb = ['done', 'nothing-to-do'].includes(result.outcome) ? 'completed' : 'taken back';
    return runAnswer(result, {plan, verb, code: 'RECOVER.DONE'});
  },
});
