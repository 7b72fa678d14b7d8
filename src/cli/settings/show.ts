import {escapeLine} from '../../kit/escape-control.ts';
import type {OrganizationSource} from '../../operations/settings/effective.ts';
import type {ExchangeAnswer} from '../../server/exchange-settings.ts';
import {defineCommand} from '../command.ts';

const organizationText = (source: OrganizationSource): string => {
  switch (source.is) {
    case 'none':
      return 'Organization: no file is named (organization.file)';
    case 'read':
      return `Organization: ${escapeLine(source.file)}`;
    case 'cached':
      return `Organization: ${escapeLine(source.file)} cannot be had (${escapeLine(source.why)}); the copy of ${source.since} counts`;
    case 'missing':
      return `Organization: ${escapeLine(source.file)} cannot be had and never was (${escapeLine(source.why)}): it enables nothing`;
  }
};

const said = (value: unknown): string => (value === null ? 'not told' : escapeLine(JSON.stringify(value)));

const exchangeText = (answer: ExchangeAnswer | undefined): readonly string[] => {
  const head = 'What Exchange says to its own mitigation service; stopgap shows it and goes by its own settings:';
  if (!answer?.known) return [head, `  not known: ${escapeLine(answer?.why ?? 'this server cannot be asked')}`];
  const {organization, server} = answer.settings;
  return [
    head,
    `  MitigationsEnabled (organization)  ${said(organization.mitigationsEnabled)}`,
    `  MitigationsEnabled (server)        ${said(server.mitigationsEnabled)}`,
    `  MitigationsBlocked                 ${said(server.mitigationsBlocked)}`,
    `  MitigationsApplied                 ${said(server.mitigationsApplied)}`,
    `  InternetWebProxy                   ${said(server.internetWebProxy)}`,
    `  DataCollectionEnabled              ${said(server.dataCollectionEnabled)}`,
  ];
};

/** What the agent may do, how it works, who is told, what is sent. */
const groups = ['changes', 'agent', 'notification', 'diagnostics'] as const;
const groupOf = (key: string): string => groups.find((group) => key.startsWith(`${group}.`)) ?? 'changes';

/** What counts on a server, whose word it is, and what Exchange has in its place. Reads only. */
export const settingsShowCommand = defineCommand({
  name: 'settings show',
  describe: 'Show the settings that count here, and those of Exchange beside them',
  builder: (yargs) => yargs,
  run: async (args, io) => {
    const {openReader, stateDirOf} = await import('../open-server.ts');
    const {readSettings, serverSettingsText, settingsFile} = await import('../../operations/settings/read-settings.ts');
    const {organizationText: textOf} = await import('../../operations/settings/organization.ts');
    const {meaningOf, settingRows} = await import('../../operations/settings/rows.ts');
    const {redact, redactJson} = await import('../../kit/redact.ts');
    const {table} = await import('../table.ts');
    const reader = await openReader(args, io);
    const stateDir = stateDirOf(args, io);
    const settings = await readSettings(stateDir);
    const texts = {
      server: await serverSettingsText(stateDir),
      organization: await textOf(settings.organization, stateDir),
    };
    const exchange = await reader.exchangeSettings?.();
    const rows = settingRows(texts);
    const shown = groups.flatMap((group, index) => [
      ...(index === 0 ? [] : [['', '', '']]),
      ...rows.filter(({key}) => groupOf(key) === group).map(({key, value, from}) => [key, from, redact(value)]),
    ]);
    const text = [
      `Server: ${escapeLine(settingsFile(stateDir))}`,
      organizationText(settings.organization),
      '',
      table(['Setting', 'From', 'Value'], shown, io.stdout.columns ?? 110),
      '',
      meaningOf(settings),
      '',
      ...exchangeText(exchange),
      '',
    ].join('\n');
    const data: unknown = JSON.parse(redactJson(JSON.stringify({settings, rows, exchange: exchange ?? null})));
    return {code: 'SETTINGS.SHOWN', exitCode: 0, data, text};
  },
});
