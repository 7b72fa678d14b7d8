import * as z from 'zod';
import '../../kit/zod-settings.ts';
import type {ExchangeSettings} from '../exchange-settings.ts';

/*
 * The script that reads what Exchange says to its own mitigation service, and its answer. The snap-in works on the server
 * itself, also for SYSTEM, as it does for that service; a remote session would need an account with Exchange's roles.
 * The answer is JSON in ASCII, so that no code page can change it. An Exchange of before September 2021 has no such lists, and
 * PowerShell sends even a null through a pipe.
 */
export const exchangeScript = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
try {
  Add-PSSnapin Microsoft.Exchange.Management.PowerShell.SnapIn
  $organization = Get-OrganizationConfig
  $server = Get-ExchangeServer -Identity $env:COMPUTERNAME
  $offline = Get-ServerComponentState -Identity $env:COMPUTERNAME -Component ServerWideOffline
  $answer = @{
    organizationEnabled = $organization.MitigationsEnabled
    serverEnabled = $server.MitigationsEnabled
    blocked = @($server.MitigationsBlocked | Where-Object { $_ } | ForEach-Object { "$_" })
    applied = @($server.MitigationsApplied | Where-Object { $_ } | ForEach-Object { "$_" })
    proxy = "$($server.InternetWebProxy)"
    dataCollection = $server.DataCollectionEnabled
    serverWideOffline = "$($offline.State)"
  }
} catch {
  $answer = @{ error = "$($_.Exception.Message)" }
}
$json = ConvertTo-Json $answer -Compress
[regex]::Replace($json, '[^\\x20-\\x7e]', { param($found) '\\u{0:x4}' -f [int][char]$found.Value })
`;

const answerSchema = z.union([
  z.object({error: z.string()}),
  z.object({
    organizationEnabled: z.boolean().nullable(),
    serverEnabled: z.boolean().nullable(),
    blocked: z.array(z.string()),
    applied: z.array(z.string()),
    proxy: z.string(),
    dataCollection: z.boolean().nullable(),
    serverWideOffline: z.string(),
  }),
]);

export type ExchangeReport =
  | {readonly known: true; readonly settings: ExchangeSettings; readonly maintenance: string | undefined}
  | {readonly known: false; readonly why: string};

const notUnderstood: ExchangeReport = {known: false, why: 'the answer of powershell.exe is not understood'};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @param output what powershell.exe wrote; a profile or a policy may have written before the answer */
export const parseExchangeReport = (output: string): ExchangeReport => {
  const line = output.split(/\r?\n/).findLast((candidate) => candidate.startsWith('{'));
  const answer = answerSchema.safeParse(line === undefined ? undefined : parseJson(line));
  if (!answer.success) return notUnderstood;
  if ('error' in answer.data) return {known: false, why: answer.data.error};
  const {organizationEnabled, serverEnabled, blocked, applied, proxy, dataCollection, serverWideOffline} = answer.data;
  return {
    known: true,
    settings: {
      organization: {mitigationsEnabled: organizationEnabled},
      server: {
        mitigationsEnabled: serverEnabled,
        mitigationsBlocked: blocked,
        mitigationsApplied: applied,
        internetWebProxy: proxy === '' ? null : proxy,
        dataCollectionEnabled: dataCollection,
      },
    },
    maintenance: serverWideOffline === 'Inactive' ? 'Exchange says that ServerWideOffline is Inactive' : undefined,
  };
};
