import {endpointWarning} from '../operations/agent/endpoint-warning.ts';
import {readMemory} from '../operations/agent/memory.ts';
import {knownMitigations} from '../operations/known-mitigations.ts';
import {readOutlook} from '../operations/outlook.ts';
import {settingsWarning} from '../operations/settings/settings-warning.ts';
import {readState} from '../operations/state.ts';
import {type ServerStatus, statusOf} from '../operations/status.ts';
import type {HealthProber, ServerReader} from '../server/server.ts';
import type {GlobalArgs, Io} from './command.ts';
import {moment} from './moment.ts';
import {networkFrom} from './network-options.ts';
import {stateDirOf} from './open-server.ts';

interface Args extends Pick<GlobalArgs, 'server' | 'state-dir'> {
  readonly at?: string | undefined;
  readonly profile: readonly string[];
}

export interface ReadStatus extends ServerStatus {
  /** That the settings cannot be used, and what the agent's last fetch has to say of the feed. */
  readonly warning: readonly string[];
}

/** How it stands with one server, as the command line names it. */
export const readServerStatus = async (
  args: Args,
  io: Io,
  {reader, prober}: {readonly reader: ServerReader; readonly prober?: HealthProber},
): Promise<ReadStatus> => {
  const stateDir = stateDirOf(args, io);
  const known = await readState(stateDir);
  const now = moment(args.at, {now: reader.now ?? io.now});
  const context = {stateDir, cwd: io.cwd, now, profiles: args.profile, ...networkFrom(io)};
  const mitigations = await knownMitigations(known, context);
  const outlook = await readOutlook(stateDir, {known, mitigations});
  const status = await statusOf(reader, {known, mitigations, now, outlook, ...(prober && {prober})});
  return {
    ...status,
    warning: [...(await settingsWarning(stateDir)), ...endpointWarning((await readMemory(stateDir)).feed)],
  };
};
