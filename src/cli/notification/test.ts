import {defineCommand} from '../command.ts';

/** One message over every channel of the settings, now, and what became of it. */
export const notificationTestCommand = defineCommand({
  name: 'notification test',
  describe: 'Send a test message over every channel of the settings',
  builder: (yargs) => yargs,
  run: async (args, io) => {
    const {openReader, stateDirOf} = await import('../open-server.ts');
    const {readSettings, settingsFile} = await import('../../operations/settings/read-settings.ts');
    const {channelsOf} = await import('../../agent/report/notify/channels.ts');
    const {testNotice} = await import('../../agent/report/notify/samples.ts');
    const {runProgram} = await import('../../server/run-program.ts');
    const {escapeLine} = await import('../../kit/escape-control.ts');
    const {redact} = await import('../../kit/redact.ts');
    const {Refusal} = await import('../../kit/refusal.ts');
    const stateDir = stateDirOf(args, io);
    const {notification, proxy} = await readSettings(stateDir);
    const channels = channelsOf(notification, {env: io.env, now: io.now, proxy, runProgram});
    if (channels.length === 0) {
      throw new Refusal('NOTIFICATION.NO_CHANNEL', 'the settings name nobody who is told', {
        where: {file: settingsFile(stateDir)},
        next: [{label: 'Name a mail server, a webhook or a command under notification'}],
      });
    }
    const {hostName} = await (await openReader(args, io)).facts();
    const notice = testNotice(hostName, io.now());
    const results = await Promise.all(
      channels.map(async ({name, send}) => {
        try {
          await send(notice);
          return {channel: name, taken: true, reason: ''};
        } catch (error) {
          return {channel: name, taken: false, reason: redact(error instanceof Error ? error.message : String(error))};
        }
      }),
    );
    const text = results.map(({channel, taken, reason}) =>
      taken ? `✓ ${channel} took it` : `✗ ${channel} did not: ${escapeLine(reason)}`,
    );
    const all = results.every(({taken}) => taken);
    return {
      code: all ? 'NOTIFICATION.TAKEN' : 'NOTIFICATION.NOT_TAKEN',
      exitCode: all ? 0 : 3,
      data: results,
      text: text.join('\n'),
    };
  },
});
