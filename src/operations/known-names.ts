/*
 * Names that other tools give to what they write, and the mitigation that each of them is. Sources: Microsoft Learn
 * (Exchange Emergency Mitigation service), CSS-Exchange (EOMT, EOMTv2, ExchangeMitigations.ps1).
 */
interface KnownName {
  readonly name: string;
  /** The tool, for a person. */
  readonly by: string;
  /** Id in the catalogue. */
  readonly mitigation: string;
}

const eems = 'the Exchange Emergency Mitigation service';

export const knownNames: readonly KnownName[] = [
  {name: 'EEMS M1.1 PowerShell - inbound', by: eems, mitigation: 'M1'},
  {name: 'EEMS M2.1 OWA CSP - outbound', by: eems, mitigation: 'M2'},
  {name: 'EEMS M2.1 OWA SPA HTML shell - precondition', by: eems, mitigation: 'M2'},
  {name: 'PowerShell - inbound', by: 'EOMTv2', mitigation: 'M1'},
  {name: 'EOMT OWA CSP - outbound', by: 'EOMT', mitigation: 'M2'},
  {name: 'EOMT OWA SPA HTML shell - precondition', by: 'EOMT', mitigation: 'M2'},
  {
    name: 'X-AnonResource-Backend Abort - inbound',
    by: 'EOMT or ExchangeMitigations.ps1',
    mitigation: 'CVE-2021-26855',
  },
  {name: 'X-BEResource Abort - inbound', by: 'EOMT or ExchangeMitigations.ps1', mitigation: 'CVE-2021-26855'},
];

export const knownName = (name: string): KnownName | undefined =>
  knownNames.find((known) => known.name.toLowerCase() === name.toLowerCase());

/** The service that adds mitigations again by itself, once an hour. */
export const reAddingService = 'MSExchangeMitigation';

/** Where that service may be told to leave one alone. */
export const blockCmdlet = (host: string, ids: readonly string[]): string =>
  `Set-ExchangeServer -Identity ${host} -MitigationsBlocked @(${ids.map((id) => `"${id}"`).join(',')})`;

/** Whether an id is one of those that this service publishes: PING1, M1, M2. */
export const isEemsId = (id: string): boolean => /^(?:M|PING)\d+$/i.test(id);
