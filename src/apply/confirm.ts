import type {ExpiryActor, JournalEvent} from '../journal/model.ts';
import type {PendingConfirm, State} from '../journal/state.ts';
import type {JournalStore} from '../journal/store.ts';
import type {Clock} from '../kit/clock.ts';
import {Refusal} from '../kit/refusal.ts';

/** The confirms whose deadline has passed. Acting on them is a rollback, which only changing commands may begin. */
export const expiredConfirms = (state: Pick<State, 'pendingConfirms'>, now: Date): readonly PendingConfirm[] =>
  state.pendingConfirms.filter(({deadline}) => new Date(deadline).getTime() <= now.getTime());

export interface ConfirmOptions {
  readonly store: JournalStore;
  readonly state: Pick<State, 'pendingConfirms' | 'unfinished'>;
  readonly by: string;
  readonly clock: Clock;
}

/**
 * Keeps what a run did. Whoever calls it holds the server's lock: a rollback may be about to begin.
 * @throws Refusal CONFIRM.NOT_PENDING, CONFIRM.EXPIRED, APPLY.UNFINISHED_RUN
 */
export const giveConfirm = async (runId: string, {store, state, by, clock}: ConfirmOptions): Promise<void> => {
  const pending = state.pendingConfirms.find(({run}) => run === runId);
  if (pending === undefined) {
    throw new Refusal('CONFIRM.NOT_PENDING', `Run ${runId} does not wait for a confirm.`, {
      next: [{label: 'See what became of it', command: `stopgap log ${runId}`}],
    });
  }
  if (state.unfinished?.runId === runId) {
    throw new Refusal('APPLY.UNFINISHED_RUN', `Run ${runId} was interrupted; there is nothing whole to keep.`, {
      next: [{label: 'Put it in order first', command: 'stopgap recover'}],
    });
  }
  if (expiredConfirms({pendingConfirms: [pending]}, clock.now()).length > 0) {
    throw new Refusal('CONFIRM.EXPIRED', `The time to confirm run ${runId} ended at ${pending.deadline}.`, {
      next: [{label: 'Take it back, as was agreed', command: `stopgap rollback ${runId}`}],
      exitCode: 5,
    });
  }
  await appendTo(runId, {type: 'confirm.given', by}, {store, clock});
};

interface Expired {
  readonly pending: PendingConfirm;
  readonly actor: ExpiryActor;
  readonly by: string;
}

/** Writes down who is about to take a run back because nobody confirmed it, before anything is done. */
export const noteExpired = async (
  {pending: {run, deadline}, actor, by}: Expired,
  options: Pick<ConfirmOptions, 'store' | 'clock'>,
): Promise<void> => appendTo(run, {type: 'confirm.expired', deadline, actor, by}, options);

/** Writes down that it could not be taken back, so that everybody who looks reads why. */
export const noteNotTakenBack = async (
  run: string,
  {code, message}: {readonly code: string; readonly message: string},
  options: Pick<ConfirmOptions, 'store' | 'clock'>,
): Promise<void> => appendTo(run, {type: 'confirm.notTakenBack', code, message}, options);

const appendTo = async (
  runId: string,
  event: JournalEvent,
  {store, clock}: Pick<ConfirmOptions, 'store' | 'clock'>,
): Promise<void> => {
  const journal = await store.reopen(runId, {clock});
  try {
    await journal.append(event);
  } finally {
    await journal.close();
  }
};
