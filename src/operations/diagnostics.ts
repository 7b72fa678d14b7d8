import {randomUUID} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../kit/durable-file.ts';
import {isMissing} from '../kit/system-error.ts';
import {version} from '../kit/version.ts';
import type {Settings} from './settings/effective.ts';
import type {ServerStatus, StatusRow} from './status.ts';

/*
 * What an organisation can have sent to itself: the base fields of the EM service's hourly data, as far as they mean something here.
 * Of what Exchange has sent since 2019 CU15 (accepted domains, mailbox counts, federation, device and authentication data)
 * nothing is taken, and nothing of it is ever read.
 */

/** To be raised with every change of the fields: nothing is sent then until an administrator has looked again. */
export const diagnosticsFormat = 1;

export interface Diagnostics {
  readonly formatVersion: typeof diagnosticsFormat;
  readonly at: string;
  /** ExchangeVersion there. */
  readonly exchangeVersion: string | null;
  /** ImmutableDeviceId there; here a random number that was made for this purpose and says nothing of the machine. */
  readonly deviceId: string;
  /** ImmutableOrgId there; here what the settings give, or nothing. */
  readonly organization: string | null;
  /** ConfigurationsApplied there. */
  readonly mitigationsApplied: readonly string[];
  /** ConfigurationsBlocked there. */
  readonly mitigationsBlocked: readonly string[];
  /** What is not as it should be, by id and status. */
  readonly attention: readonly {readonly id: string; readonly status: string}[];
  readonly stopgapVersion: string;
  readonly mode: string;
  readonly mitigationsEnabled: Settings['mitigationsEnabled'];
}

const inForce = new Set(['Active', 'Applied']);
const quiet = new Set(['Active', 'Applied', 'Blocked', 'Not applied', 'Not applicable', 'Nothing to apply']);

/** The part of a server's status that is asked for. */
type Judged = Pick<ServerStatus, 'exchangeBuild'> & {
  readonly mitigations: readonly Pick<StatusRow, 'id' | 'status'>[];
};

export const diagnosticsOf = (
  {exchangeBuild, mitigations}: Judged,
  settings: Pick<Settings, 'agent' | 'mitigationsEnabled' | 'mitigationsBlocked' | 'diagnostics'>,
  {deviceId, now}: {readonly deviceId: string; readonly now: Date},
): Diagnostics => ({
  formatVersion: diagnosticsFormat,
  at: now.toISOString(),
  exchangeVersion: exchangeBuild,
  deviceId,
  organization: settings.diagnostics?.organization ?? null,
  mitigationsApplied: mitigations.filter(({status}) => inForce.has(status)).map(({id}) => id),
  mitigationsBlocked: settings.mitigationsBlocked.map(({id}) => id),
  attention: mitigations.filter(({status}) => !quiet.has(status)).map(({id, status}) => ({id, status})),
  stopgapVersion: version,
  mode: settings.agent.mode,
  mitigationsEnabled: settings.mitigationsEnabled,
});

/** A number by which the reports of one server can be told from those of another; made when it is asked for first. */
export const deviceIdOf = async (stateDir: string): Promise<string> => {
  const file = join(stateDir, 'device-id');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (!isMissing(error)) throw error;
    const made = randomUUID();
    await writeDurably(file, `${made}\n`);
    return made;
  }
};
