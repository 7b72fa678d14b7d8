import {giveConfirm} from '../apply/confirm.ts';
import {withLock} from '../apply/preflight.ts';
import type {Server} from '../server/server.ts';
import {dropConfirmTask} from './confirm-task.ts';
import {openState} from './state.ts';

interface ConfirmContext {
  readonly stateDir: string;
  readonly by: string;
}

/** Keeps what a run did. @throws Refusal CONFIRM.NOT_PENDING, CONFIRM.EXPIRED, APPLY.UNFINISHED_RUN, APPLY.LOCKED */
export const confirmRun = (runId: string, server: Server, context: ConfirmContext): Promise<void> =>
  withLock(server, () => confirmRunLocked(runId, server, context));

/** For whoever holds the server's lock. @throws Refusal as confirmRun */
export const confirmRunLocked = async (
  runId: string,
  server: Server,
  {stateDir, by}: ConfirmContext,
): Promise<void> => {
  const {store, state} = await openState(stateDir);
  await giveConfirm(runId, {store, state, by, clock: server.clock});
  await dropConfirmTask(server, stateDir);
};
