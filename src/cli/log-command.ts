import {defineCommand} from './command.ts';

/** What was done on a server, by whom and why: the journals, told in order. */
export const logCommand = defineCommand({
  name: 'log [run]',
  describe: 'Show the runs of a server, or the journal of one',
  builder: (yargs) => yargs.positional('run', {type: 'string', describe: 'The run (r3)'}),
  run: async (args, io) => {
    const {stateDirOf} = await import('./open-server.ts');
    const {readState} = await import('../operations/state.ts');
    const {runsText, journalText, told} = await import('./log-text.ts');
    const {Refusal} = await import('../kit/refusal.ts');
    const {runs, state} = await readState(stateDirOf(args, io));
    if (args.run === undefined) {
      const text = runsText(state, runs, io.stdout.columns ?? 110);
      return {code: 'LOG.RUNS', exitCode: 0, data: state.runs, text, lines: state.runs};
    }
    const run = runs.find(({runId}) => runId === args.run);
    if (!run) {
      throw new Refusal('JOURNAL.NO_SUCH_RUN', `there is no run ${args.run}`, {
        next: [{label: 'List the runs', command: 'stopgap log'}],
      });
    }
    const lines = run.lines.map(told);
    return {code: 'LOG.RUN', exitCode: 0, data: lines, text: journalText(run), lines};
  },
});
