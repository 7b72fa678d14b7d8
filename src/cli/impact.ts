import type {ImpactReport} from '../operations/impact-report.ts';
import type {Helper} from '../operations/replay/helper.ts';
import {defineCommand, type Io} from './command.ts';
import {profileOption} from './shared-options.ts';
import type {PlanArgs} from './with-plan.ts';

/** What a plan would have done to logged requests. Reads the configuration and the logs; changes nothing anywhere. */
export const impactCommand = defineCommand({
  name: 'impact <plan>',
  describe: "Replay IIS logs against a plan's rules: what would be blocked, for whom, since when",
  builder: (yargs) =>
    yargs
      .positional('plan', {type: 'string', demandOption: true, describe: 'Plan file, written by plan -o'})
      .option('logs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Folder of *.log and *.log.gz files, a file, or - for standard input',
      })
      .option('site', {
        type: 'string',
        describe: 'Name of the site whose logs these are; the one of the plan by default',
      })
      .option('redact', {type: 'boolean', default: false, describe: 'Digests in place of users, addresses and clients'})
      .option('threads', {type: 'string', describe: 'At most that many threads'})
      .option('every-line', {
        type: 'boolean',
        default: false,
        describe: 'Look at each request without the quick search first: slow, the counts are the same',
      })
      .option('profile', profileOption),
  run: async (args, io) => {
    const {resolve} = await import('node:path');
    const {findLogs} = await import('../operations/replay/log-files.ts');
    const {usefulThreads} = await import('../operations/replay/replay-logs.ts');
    const {endHelpers, startHelpers} = await import('../operations/replay/helper.ts');
    const {threadCount} = await import('./threads.ts');
    const {threads} = threadCount(args.threads);
    const paths = args.logs.map((path) => (path === '-' ? path : resolve(io.cwd, path)));
    // They start while the server's configuration is read.
    const helpers = startHelpers(usefulThreads(findLogs(paths, undefined).files, threads) - 1);
    try {
      const report = await countImpact(args, io, {paths, helpers});
      const {impactText} = await import('./impact-text.ts');
      return {code: 'IMPACT.COUNTED', exitCode: 0, data: report, text: impactText(report)};
    } finally {
      await endHelpers(helpers);
    }
  },
});

interface ImpactArgs extends PlanArgs {
  readonly plan: string;
  readonly site: string | undefined;
  readonly redact: boolean;
  readonly 'every-line': boolean;
}

const countImpact = async (
  args: ImpactArgs,
  io: Io,
  {paths, helpers}: {readonly paths: readonly string[]; readonly helpers: readonly Helper[]},
): Promise<ImpactReport> => {
  const {openReader} = await import('./open-server.ts');
  const {withPlanFile} = await import('./with-plan.ts');
  const {progressLine} = await import('./progress-line.ts');
  const {impactQuestion, notCounted} = await import('../operations/impact.ts');
  const {impactReport} = await import('../operations/impact-report.ts');
  const {findLogs} = await import('../operations/replay/log-files.ts');
  const {refuseNoLogs, replayLogs} = await import('../operations/replay/replay-logs.ts');
  const {asLogged, withoutNames} = await import('../operations/redact-request.ts');
  const reader = await openReader(args, io);
  const server = await withPlanFile(args.plan, reader, {args, io});
  const question = await impactQuestion(server, {plan: server.plan, site: args.site});
  const logs = findLogs(paths, question.siteNumber);
  const progress = progressLine(io);
  const totals = await replayLogs({
    files: logs.files,
    stdin: process.stdin,
    rules: question.rules,
    look: args['every-line'] ? 'every-line' : 'candidates',
    helpers,
    onProgress: progress.show,
  });
  progress.clear();
  refuseNoLogs(logs, totals);
  const notes = [...server.notes, ...notCounted(question.site, server)];
  const {planId} = server.plan;
  return impactReport({planId, question, logs, totals, notes}, args.redact ? withoutNames : asLogged);
};
