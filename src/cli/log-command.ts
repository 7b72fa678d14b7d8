import {defineCommand} from './command.ts';

/** What was done on a server, by whom and why: the journals, told in order. */
export const logCommand = defineCommand({
  name: 'log [run]',
  describe: 'Show who did what on a server, when and why, or the journal of one run',
  builder: (yargs) =>
    yargs
      .positional('run', {type: 'string', describe: 'The run (r3)'})
      .option('since', {type: 'string', describe: 'From this time on (UTC, ISO 8601), or of the last 12h, 7d'})
      .option('who', {type: 'string', describe: 'Only of accounts with this in their name'})
      .option('mitigation', {type: 'string', describe: 'Only about this mitigation'})
      .option('csv', {type: 'string', describe: 'Write the list to this file'}),
  run: async (args, io) => {
    const {stateDirOf} = await import('./open-server.ts');
    const stateDir = stateDirOf(args, io);
    if (args.run !== undefined) return journalOf(args.run, stateDir);
    const {auditTrail, filterTrail} = await import('../operations/audit.ts');
    const {trailText, trailCsv} = await import('./log-text.ts');
    const {since} = await import('./moment.ts');
    const all = await auditTrail(stateDir);
    const entries = filterTrail(all, {
      since: args.since === undefined ? undefined : since(args.since, io),
      who: args.who,
      mitigation: args.mitigation,
    });
    if (args.csv !== undefined) {
      const {writeFile} = await import('node:fs/promises');
      const {resolve} = await import('node:path');
      await writeFile(resolve(io.cwd, args.csv), trailCsv(entries));
    }
    const text = trailText(entries, {hidden: all.length - entries.length, width: io.stdout.columns ?? 110});
    return {code: 'LOG.TRAIL', exitCode: 0, data: entries, text, lines: entries};
  },
});

const journalOf = async (runId: string, stateDir: string) => {
  const {readState} = await import('../operations/state.ts');
  const {journalText, told} = await import('./log-text.ts');
  const {Refusal} = await import('../kit/refusal.ts');
  const {runs} = await readState(stateDir);
  const run = runs.find((recorded) => recorded.runId === runId);
  if (!run) {
    throw new Refusal('JOURNAL.NO_SUCH_RUN', `there is no run ${runId}`, {
      next: [{label: 'List the runs', command: 'stopgap log'}],
    });
  }
  const lines = run.lines.map(told);
  return {code: 'LOG.RUN', exitCode: 0, data: lines, text: journalText(run), lines} as const;
};
