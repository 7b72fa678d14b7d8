import type {ServerReader} from '../../server/server.ts';
import {isEemsId, reAddingService} from '../known-names.ts';
import {means, type NamedMitigation} from '../settings/mitigation-id.ts';

/** The mitigation service of Exchange itself, as a second writer of the same rules. */
export interface EmService {
  /** What shows that it is at work. */
  readonly evidence: string;
  readonly blocked: readonly string[];
}

/** What holds on this server now, beside any mitigation. */
export interface Circumstances {
  /** Evidence of maintenance mode, or of an Exchange setup that runs or has failed. */
  readonly busy: {readonly because: 'maintenance-mode' | 'exchange-setup'; readonly evidence: string} | undefined;
  /** `undefined`: it is not there, does not run, or was told not to apply anything. */
  readonly emService: EmService | undefined;
}

const emServiceOf = async (reader: ServerReader): Promise<EmService | undefined> => {
  const service = await reader.service(reAddingService);
  if (!service || service.state === 'STOPPED') return undefined;
  const evidence = `service ${service.name} is ${service.state}`;
  const answer = await reader.exchangeSettings?.();
  // Who cannot be asked may be at work.
  if (!answer?.known) return {evidence, blocked: []};
  const {organization, server} = answer.settings;
  if (organization.mitigationsEnabled === false || server.mitigationsEnabled === false) return undefined;
  return {evidence: `${evidence}, and MitigationsEnabled is not false in Exchange`, blocked: server.mitigationsBlocked};
};

export const circumstancesOf = async (reader: ServerReader): Promise<Circumstances> => {
  const maintenance = await reader.maintenanceMode?.();
  const {setupBlockers} = await reader.facts();
  const setup = setupBlockers.map(({evidence}) => evidence).join('; ');
  const busy =
    setup !== ''
      ? ({because: 'exchange-setup', evidence: setup} as const)
      : maintenance === undefined
        ? undefined
        : ({because: 'maintenance-mode', evidence: maintenance} as const);
  return {busy, emService: await emServiceOf(reader)};
};

/** The evidence that somebody else writes a mitigation, too. What that service never publishes, it does not write. */
export const secondWriter = (mitigation: NamedMitigation, emService: EmService | undefined): string | undefined => {
  if (!emService || !isEemsId(mitigation.id)) return undefined;
  return emService.blocked.some((entry) => means(entry, mitigation)) ? undefined : emService.evidence;
};
