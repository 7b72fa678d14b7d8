import {giveConfirm} from '../apply/confirm.ts';
import {withLock} from '../apply/preflight.ts';
import type {Server} from '../server/server.ts';
import {dropConfirmTask} from './confirm-task.ts';
import {openState} from './state.ts';

/** Keeps what a run did. @throws Refusal CONFIRM.NOT_PENDING, CONFIRM.EXPIRED, APPLY.UNFINISHED_RUN, APPLY.LOCKED */
export const confirmRun = (
  runId: string,
  server: Server,
  {stateDir, by}: {readonly stateDir: string; readonly by: string},
): Promise<void> =>
  withLock(server, async () => {
    const {store, state} = await openState(stateDir);
    await giveConfirm(runId, {store, state, by, clock: server.clock});
    await dropConfirmTask(server, stateDir);
  });
