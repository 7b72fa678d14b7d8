import {defineCommand} from '../command.ts';

/** What waits to be taken, and why it has not been. Reads only. */
export const notificationPendingCommand = defineCommand({
  name: 'notification pending',
  describe: 'Show messages that nobody has taken yet',
  builder: (yargs) => yargs,
  run: async (args, io) => {
    const {stateDirOf} = await import('../open-server.ts');
    const {outboxFolder, readWaiting} = await import('../../agent/report/notify/outbox.ts');
    const {table} = await import('../table.ts');
    const trouble: string[] = [];
    const waiting = await readWaiting(outboxFolder(stateDirOf(args, io)), (message) => trouble.push(message));
    const rows = waiting.flatMap(({notice, left}) =>
      left.map(({channel, attempts, nextAt, lastError}) => [
        notice.at.slice(0, 19).replace('T', ' '),
        channel,
        String(attempts),
        nextAt.slice(11, 19),
        `${notice.subject}${lastError === null ? '' : `: ${lastError}`}`,
      ]),
    );
    const head = ['Since (UTC)', 'Channel', 'Attempts', 'Next', 'Message'];
    return {
      code: 'NOTIFICATION.PENDING',
      exitCode: 0,
      data: waiting,
      text: [
        ...(rows.length === 0 ? ['nothing waits'] : [table(head, rows, io.stdout.columns ?? 110)]),
        ...trouble,
      ].join('\n'),
    };
  },
});
