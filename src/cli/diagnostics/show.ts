import {defineCommand} from '../command.ts';

/** Exactly what would be sent, before anything is. */
export const diagnosticsShowCommand = defineCommand({
  name: 'diagnostics show',
  describe: 'Show the very data that would be sent to your endpoint, and send nothing',
  builder: (yargs) => yargs,
  run: async (args, io) => {
    const {collectDiagnostics} = await import('../collect-diagnostics.ts');
    const {diagnosticsJson} = await import('../../agent/report/diagnostics.ts');
    const {readSettings} = await import('../../operations/settings/read-settings.ts');
    const {stateDirOf} = await import('../open-server.ts');
    const {escapeControl} = await import('../../kit/escape-control.ts');
    const {diagnostics} = await readSettings(stateDirOf(args, io));
    const data = await collectDiagnostics(args, io);
    const agreed = diagnostics?.agreedTo === data.formatVersion;
    const where = diagnostics
      ? agreed
        ? `Sent to ${diagnostics.url} after every check of the agent.`
        : `Not sent: the settings agree to form ${diagnostics.agreedTo}, and this is form ${data.formatVersion}.`
      : 'Not sent: there is no diagnostics in settings.yaml.';
    const how = agreed
      ? []
      : [
          'To agree, write into settings.yaml, with an address of yours:',
          'diagnostics:',
          `  url: ${diagnostics?.url ?? 'https://...'}`,
          `  agreedTo: ${data.formatVersion}`,
        ];
    return {
      code: agreed ? 'DIAGNOSTICS.SENT_HOURLY' : 'DIAGNOSTICS.NOT_SENT',
      exitCode: 0,
      data: {sent: agreed, url: diagnostics?.url ?? null, diagnostics: data},
      text: escapeControl([diagnosticsJson(data), where, ...how].join('\n')),
    };
  },
});
