import {expiredConfirms, noteExpired, noteNotTakenBack} from '../apply/confirm.ts';
import type {RunResult} from '../apply/result.ts';
import type {ExpiryActor, JournalEvent} from '../journal/model.ts';
import type {PendingConfirm} from '../journal/state.ts';
import {isRefusal, Refusal} from '../kit/refusal.ts';
import type {Server} from '../server/server.ts';
import {recoverLocked} from './recover.ts';
import {rollBackLocked, wholeRun} from './rollback.ts';
import {openState, readState} from './state.ts';

export interface ExpiryRequest {
  readonly stateDir: string;
  readonly actor: ExpiryActor;
  readonly by: string;
  /** Aborted: the step that runs is finished, and no other begins. */
  readonly stop?: AbortSignal | undefined;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
}

export interface TakenBack {
  readonly run: string;
  readonly deadline: string;
  /** The run that took it back; the same one where it had been interrupted. */
  readonly by: string;
}

export const expiryReason = ({run, deadline}: PendingConfirm): string => `run ${run} was not confirmed by ${deadline}`;

/**
 * Takes back what nobody confirmed in time. Whoever calls it holds the server's lock. Commands that only read never
 * call it.
 * @throws Refusal CONFIRM.NOT_TAKEN_BACK (5); the journal of the run says why, too
 */
export const takeBackExpired = async (server: Server, request: ExpiryRequest): Promise<readonly TakenBack[]> => {
  const {store, state} = await openState(request.stateDir);
  const ended: TakenBack[] = [];
  for (const pending of expiredConfirms(state, server.clock.now())) {
    const journal = {store, clock: server.clock};
    await noteExpired({pending, actor: request.actor, by: request.by}, journal);
    try {
      ended.push(await takeBack(server, pending, request));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Who stopped it leaves the rest to whoever looks next; no person has to act.
      if (error.code !== 'APPLY.STOPPED') await noteNotTakenBack(pending.run, error, journal);
      throw notTakenBack(pending, error);
    }
  }
  return ended;
};

const notTakenBack = (pending: PendingConfirm, cause: Refusal): Refusal =>
  new Refusal('CONFIRM.NOT_TAKEN_BACK', `${expiryReason(pending)}, and it could not be taken back: ${cause.message}`, {
    where: cause.where,
    untouched: 'What the run did is still there.',
    next: [...cause.next, {label: 'Then take it back', command: 'stopgap recover'}],
    exitCode: 5,
    cause,
  });

const takeBack = async (server: Server, pending: PendingConfirm, request: ExpiryRequest): Promise<TakenBack> => {
  const {stateDir, by, stop, onEvent} = request;
  const {run, deadline} = pending;
  const recovered = await recoverFirst(server, request);
  const {state} = await readState(stateDir);
  if (recovered && !state.pendingConfirms.some((still) => still.run === run)) return {run, deadline, by: recovered};
  const {result} = await rollBackLocked(server, {
    choice: wholeRun(run),
    stateDir,
    now: server.clock.now(),
    kind: 'expired-confirm',
    by,
    reason: expiryReason(pending),
    stop,
    onEvent,
  });
  return {run, deadline, by: requireDone(result).runId};
};

/**
 * Nothing is taken back over a run that was interrupted. The run itself is undone; what was on its way back, by hand or
 * because nobody confirmed it, is brought to its end. Resolves with the run that was recovered.
 */
const recoverFirst = async (
  server: Server,
  {stateDir, by, stop, onEvent}: ExpiryRequest,
): Promise<string | undefined> => {
  const {unfinished} = (await readState(stateDir)).state;
  if (!unfinished) return undefined;
  const kind = unfinished.progress.started?.kind;
  const choice = kind === 'rollback' || kind === 'expired-confirm' ? 'complete' : 'undo';
  return requireDone(await recoverLocked(server, {stateDir, choice, by, stop, onEvent})).runId;
};

const requireDone = (result: RunResult): RunResult => {
  if (result.exitCode === 0) return result;
  const message = [result.message, ...result.mustDo].join(' ');
  throw new Refusal(result.code ?? 'CONFIRM.NOT_TAKEN_BACK', message, {
    next: result.mustDo.map((label) => ({label})),
  });
};

/** A refusal that says that nothing was changed must not hide what was taken back just before. */
export const afterTakingBack = (error: unknown, takenBack: readonly TakenBack[]): unknown => {
  if (!isRefusal(error) || takenBack.length === 0 || error.exitCode !== 3) return error;
  const {code, message, where, next} = error;
  const runs = takenBack.map(({run}) => run).join(', ');
  const untouched = `What ${runs} had done was taken back first, because nobody confirmed it in time. Nothing else was changed.`;
  return new Refusal(code, message, {where, untouched, next});
};

/** What became of a run that waits for its confirm. */
export type ConfirmEnd =
  | {readonly end: 'confirmed' | 'gone'}
  | {readonly end: 'taken-back'; readonly by: string; readonly actor: ExpiryActor | undefined}
  | {readonly end: 'pending'};

/** Looks at the journals only. */
export const confirmEnd = async (run: string, stateDir: string): Promise<ConfirmEnd> => {
  const {state, runs} = await readState(stateDir);
  if (state.pendingConfirms.some((pending) => pending.run === run)) return {end: 'pending'};
  const lines = runs.find(({runId}) => runId === run)?.lines ?? [];
  if (lines.some(({type}) => type === 'confirm.given')) return {end: 'confirmed'};
  const summary = state.runs.find(({runId}) => runId === run);
  const by = state.runs.findLast(({kind}) => kind === 'expired-confirm')?.runId;
  if (summary?.expiry === undefined) return {end: 'gone'};
  return {end: 'taken-back', by: by ?? run, actor: summary.expiry.actor};
};
