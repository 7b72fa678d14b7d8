import type {Diagnostics} from '../operations/diagnostics.ts';
import type {GlobalArgs, Io} from './command.ts';

type Args = Pick<GlobalArgs, 'server' | 'state-dir'>;

/** Looks at the server now. Nothing is sent here. */
export const collectDiagnostics = async (args: Args, io: Io): Promise<Diagnostics> => {
  const {openReader, stateDirOf} = await import('./open-server.ts');
  const {statusOf} = await import('../operations/status.ts');
  const {knownMitigations} = await import('../operations/known-mitigations.ts');
  const {readState} = await import('../operations/state.ts');
  const {readSettings} = await import('../operations/settings/read-settings.ts');
  const {deviceIdOf, diagnosticsOf} = await import('../operations/diagnostics.ts');
  const reader = await openReader(args, io);
  const stateDir = stateDirOf(args, io);
  const settings = await readSettings(stateDir);
  const known = await readState(stateDir);
  const now = (reader.now ?? io.now)();
  const {profiles} = settings.agent;
  const context = {stateDir, cwd: io.cwd, now, profiles, env: io.env};
  const status = await statusOf(reader, {known, mitigations: await knownMitigations(known, context), now});
  return diagnosticsOf(status, settings, {deviceId: await deviceIdOf(stateDir), now});
};
