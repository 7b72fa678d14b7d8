import type {Answer} from './command.ts';
import {defineCommand} from './command.ts';
import {profileOption} from './shared-options.ts';

/** What is active on a server, with --rules every rewrite rule in force, with --section any other section. Reads only. */
export const statusCommand = defineCommand({
  name: 'status',
  describe: 'Show which mitigations are active on a server',
  builder: (yargs) =>
    yargs
      .option('rules', {
        type: 'boolean',
        default: false,
        describe: 'All of URL Rewrite in force, by application, with file and line',
      })
      .option('section', {
        type: 'string',
        describe: 'Every item of a section that each application sees, what was taken away too: modules, handlers',
      })
      .option('live', {
        type: 'boolean',
        default: false,
        describe: 'Prove rules over HTTP, by harmless requests that they must refuse',
      })
      .option('profile', profileOption)
      .option('csv', {type: 'string', describe: 'Write the table to this file'})
      .option('servers', {
        type: 'string',
        describe: 'One table of several, separated by commas: sandbox:DIR, snapshot:DIR, or state folders',
      })
      .option('at', {type: 'string', describe: 'Judge as if it were this time (UTC, ISO 8601)'})
      .option('detailed-exitcode', {
        type: 'boolean',
        default: false,
        describe: 'Exit code 2 where something is missing, drifted or obsolete',
      }),
  run: async (args, io): Promise<Answer> => {
    if (args.servers !== undefined) {
      const {statusOfServers} = await import('./status-servers.ts');
      return statusOfServers({...args, servers: args.servers.split(',')}, io);
    }
    const {openReader} = await import('./open-server.ts');
    const live = args.live ? {prober: await (await import('./open-prober.ts')).openProber(args, io)} : {};
    const reader = await openReader(args, io);
    if (args.rules) {
      const {rulesOf} = await import('../operations/rules.ts');
      const {rulesText} = await import('./status-text.ts');
      const rules = await rulesOf(reader);
      return {code: 'STATUS.RULES', exitCode: 0, data: rules, text: rulesText(rules, io.stdout.columns ?? 110)};
    }
    if (args.section !== undefined) {
      const {sectionItems} = await import('../operations/section-items.ts');
      const {sectionText} = await import('./section-text.ts');
      const items = await sectionItems(reader, args.section);
      return {code: 'STATUS.SECTION', exitCode: 0, data: items, text: sectionText(items, io.stdout.columns ?? 110)};
    }
    const {readServerStatus} = await import('./server-status.ts');
    const {statusText, statusCsv, needsAttention, warningText} = await import('./status-text.ts');
    const {hereFrom} = await import('./here.ts');
    const {Refusal} = await import('../kit/refusal.ts');
    const status = await readServerStatus(args, io, {reader, ...live});
    const text = warningText(status.warning) + statusText(status, io.stdout.columns ?? 110, hereFrom(args));
    if (args.csv !== undefined) {
      const {writeFile} = await import('node:fs/promises');
      const {resolve} = await import('node:path');
      await writeFile(resolve(io.cwd, args.csv), statusCsv(status));
    }
    // Not instead of the table: what is active is what a person has to know now.
    const expired = status.pendingConfirms.find((pending) => pending.expired);
    if (expired) {
      if (!args.json) io.stdout.write(text);
      throw new Refusal(
        'CONFIRM.EXPIRED',
        `run ${expired.run} was not confirmed by ${expired.deadline}: expired, not rolled back`,
        {
          untouched: 'Nothing was changed now: a command that only reads never acts.',
          next: [{label: 'Take it back, as was agreed', command: 'stopgap recover'}],
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
