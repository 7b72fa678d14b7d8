import type {Server} from '../server/server.ts';
import {readState} from './state.ts';

/** Name of the one task that takes back, at the next start of the machine, what nobody confirmed. */
export const confirmTask = 'stopgap-confirm';

/**
 * Removes it where no run waits for its confirm any more. A task that cannot be removed does no harm: at the next start it
 * finds nothing to take back, and removes itself.
 */
export const dropConfirmTask = async (server: Pick<Server, 'startUpTasks'>, stateDir: string): Promise<void> => {
  const {pendingConfirms} = (await readState(stateDir)).state;
  if (pendingConfirms.length > 0) return;
  try {
    await server.startUpTasks.remove(confirmTask);
  } catch {
    return;
  }
};
