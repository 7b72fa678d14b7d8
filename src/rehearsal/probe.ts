import type {RehearsalServer} from '../server/scratch.ts';
import type {Capabilities} from './capabilities.ts';

/** The copy of applicationHost.config that probes may spoil, and how to read the names of its pools in order. */
export interface ProbeStage {
  readonly server: RehearsalServer;
  readonly applicationHost: string;
  readonly poolNames: () => Promise<readonly string[]>;
}

const pools = '/section:system.applicationHost/applicationPools';

const edit = async ({server, applicationHost}: ProbeStage, ...edits: readonly string[]): Promise<boolean> => {
  const args = ['set', 'config', pools, ...edits, '/commit:apphost'];
  return (await server.editCopy(applicationHost, args)).exitCode === 0;
};

/**
 * Finds out on a copy what the documentation leaves open, with pools that never exist anywhere else: their section is on
 * every server, whatever modules it has.
 */
export const probeCapabilities = async (stage: ProbeStage): Promise<Omit<Capabilities, 'emptyParents'>> => {
  const start = await edit(stage, "/+[@start,name='stopgap probe 1']");
  const atStart = start && (await stage.poolNames())[0] === 'stopgap probe 1';
  const together = await edit(stage, "/+[name='stopgap probe 2']", "/[name='stopgap probe 2'].autoStart:false");
  const percent = await edit(stage, "/+[name='stopgap probe %u0033']");
  const percentEscapes = percent ? (await stage.poolNames()).includes('stopgap probe 3') : null;
  return {editsSeeEarlierAdds: together, atStart, percentEscapes};
};
