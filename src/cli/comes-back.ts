import {isRefusal} from '../kit/refusal.ts';
import {isAlive} from '../operations/agent/alive.ts';
import {readMemory} from '../operations/agent/memory.ts';
import {lookAtServer} from '../operations/agent/standing.ts';
import {rollbackMeaning} from '../operations/settings/block-meaning.ts';
import {readSettings} from '../operations/settings/read-settings.ts';
import type {Server} from '../server/server.ts';
import type {GlobalArgs, Io} from './command.ts';
import {atHere, hereFrom} from './here.ts';

interface Taken {
  readonly server: Server;
  readonly stateDir: string;
  /** Mitigations that were taken back. */
  readonly ids: readonly string[];
}

/** What an agent undoes of a rollback, and the command that keeps it from that. */
export const comesBack = async (
  {server, stateDir, ids}: Taken,
  args: Pick<GlobalArgs, 'server' | 'state-dir'>,
  io: Pick<Io, 'cwd' | 'env'>,
): Promise<readonly string[]> => {
  try {
    const settings = await readSettings(stateDir);
    const now = server.clock.now();
    const {cwd, env} = io;
    const {standings} = await lookAtServer(server, {stateDir, cwd, env, now, profiles: settings.agent.profiles});
    const alive = isAlive({memory: await readMemory(stateDir), times: settings.agent, now});
    return rollbackMeaning(ids, standings, {settings, alive}).map(
      ([id, sentence]) => `${sentence}: ${atHere(`stopgap block ${id}`, hereFrom(args))}`,
    );
  } catch (error) {
    // The rollback is done. What cannot be read here keeps an agent from applying as well.
    if (isRefusal(error)) return [];
    throw error;
  }
};
