import {notElevated, withLock} from '../apply/preflight.ts';
import {recover} from '../apply/recover.ts';
import type {RecoveryChoice} from '../apply/recovery-decision.ts';
import {isStopped, type RunResult} from '../apply/result.ts';
import type {JournalEvent} from '../journal/model.ts';
import {Refusal} from '../kit/refusal.ts';
import {holds} from '../plan/check.ts';
import type {Server} from '../server/server.ts';
import {dropConfirmTask} from './confirm-task.ts';
import {openState} from './state.ts';

export interface RecoverRequest {
  readonly stateDir: string;
  readonly choice: RecoveryChoice;
  readonly by: string;
  readonly stop?: AbortSignal | undefined;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
}

/**
 * Puts the run in order that a crash interrupted. Whoever calls it holds the server's lock. It asks for no room on the
 * disk: what it has to save is saved already, and a full disk is a reason to recover.
 * @throws Refusal RECOVER.*, APPLY.NOT_ELEVATED
 */
export const recoverLocked = async (
  server: Server,
  {stateDir, choice, by, stop, onEvent}: RecoverRequest,
): Promise<RunResult> => {
  const {store, state} = await openState(stateDir);
  const facts = await server.facts();
  const refusal = notElevated(facts);
  if (refusal) throw refusal;
  if (!state.unfinished) {
    throw new Refusal('RECOVER.NOTHING_TO_DO', 'no run was interrupted', {
      next: [{label: 'See what is active', command: 'stopgap status'}],
    });
  }
  const result = await recover(state.unfinished.runId, server, {
    store,
    holds: (check) => holds(check, server),
    choice,
    by,
    host: facts.hostName,
    stop,
    onEvent,
  });
  if (state.pendingConfirms.length > 0 && !isStopped(result)) await dropConfirmTask(server, stateDir);
  return result;
};

/** The same for whoever does not hold the lock. @throws Refusal APPLY.LOCKED too */
export const recoverRun = (server: Server, request: RecoverRequest): Promise<RunResult> =>
  withLock(server, () => recoverLocked(server, request));
