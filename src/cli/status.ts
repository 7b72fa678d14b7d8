import type {Answer} from './command.ts';
import {defineCommand} from './command.ts';

/** What is active on a server, and with --rules every rewrite rule in force. Reads only. */
export const statusCommand = defineCommand({
  name: 'status',
  describe: 'Show which mitigations are active on a server',
  builder: (yargs) =>
    yargs
      .option('rules', {
        type: 'boolean',
        default: false,
        describe: 'Every rewrite rule in force, by application, with file and line',
      })
      .option('csv', {type: 'string', describe: 'Write the table to this file'})
      .option('at', {type: 'string', describe: 'Judge as if it were this time (UTC, ISO 8601)'})
      .option('detailed-exitcode', {
        type: 'boolean',
        default: false,
        describe: 'Exit code 2 where something is missing, drifted or obsolete',
      }),
  run: async (args, io): Promise<Answer> => {
    const {openReader, stateDirOf} = await import('./open-server.ts');
    const reader = await openReader(args, io);
    if (args.rules) {
      const {rulesOf} = await import('../operations/rules.ts');
      const {rulesText} = await import('./status-text.ts');
      const rules = await rulesOf(reader);
      return {code: 'STATUS.RULES', exitCode: 0, data: rules, text: rulesText(rules, io.stdout.columns ?? 110)};
    }
    const {statusOf} = await import('../operations/status.ts');
    const {builtInCatalogue} = await import('../operations/catalogue.ts');
    const {readState} = await import('../operations/state.ts');
    const {moment} = await import('./moment.ts');
    const {statusText, statusCsv, needsAttention} = await import('./status-text.ts');
    const {Refusal} = await import('../kit/refusal.ts');
    const {state} = await readState(stateDirOf(args, io));
    const mitigations = (await builtInCatalogue()).flatMap((source) => source.mitigations);
    const status = await statusOf(reader, {mitigations, state, now: moment(args.at, io)});
    const text = statusText(status, io.stdout.columns ?? 110);
    if (args.csv !== undefined) {
      const {writeFile} = await import('node:fs/promises');
      const {resolve} = await import('node:path');
      await writeFile(resolve(io.cwd, args.csv), statusCsv(status));
    }
    const expired = status.pendingConfirms.find((pending) => pending.expired);
    if (expired) {
      throw new Refusal(
        'CONFIRM.EXPIRED',
        `run ${expired.run} was not confirmed by ${expired.deadline}: expired, not rolled back`,
        {
          untouched: 'Nothing was changed now: a command that only reads never acts.',
          next: [{label: 'Take it back, as was agreed', command: `stopgap rollback ${expired.run}`}],
          exitCode: 5,
        },
      );
    }
    const attention = needsAttention(status);
    return {
      code: attention ? 'STATUS.ATTENTION' : 'STATUS.OK',
      exitCode: attention && args['detailed-exitcode'] ? 2 : 0,
      data: status,
      text,
    };
  },
});
