import {expiredConfirms, noteExpired, noteNotTakenBack} from '../apply/confirm.ts';
import {withLock} from '../apply/preflight.ts';
import type {ExpiryActor, JournalEvent} from '../journal/model.ts';
import type {PendingConfirm} from '../journal/state.ts';
import {isRefusal, Refusal} from '../kit/refusal.ts';
import type {Server} from '../server/server.ts';
import {recoverLocked} from './recover.ts';
import {rollBackLocked} from './rollback.ts';
import {openState, readState} from './state.ts';

export interface ExpiryRequest {
  readonly stateDir: string;
  readonly actor: ExpiryActor;
  readonly by: string;
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
      await noteNotTakenBack(pending.run, error, journal);
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
  const {stateDir, by, onEvent} = request;
  const {run, deadline} = pending;
  const {state} = await openState(stateDir);
  const interrupted = state.unfinished?.runId === run;
  const result = interrupted
    ? await recoverLocked(server, {stateDir, choice: 'undo', by, onEvent})
    : (
        await rollBackLocked(server, {
          choice: {target: run, all: false, exact: false, fromBackup: false, accept: []},
          stateDir,
          now: server.clock.now(),
          kind: 'expired-confirm',
          by,
          reason: expiryReason(pending),
          onEvent,
        })
      ).result;
  if (result.exitCode !== 0) {
    const message = [result.message, ...result.mustDo].join(' ');
    throw new Refusal(result.code ?? 'CONFIRM.NOT_TAKEN_BACK', message, {
      next: result.mustDo.map((label) => ({label})),
    });
  }
  return {run, deadline, by: result.runId};
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

export interface Watch extends ExpiryRequest {
  /** Real milliseconds between two looks. */
  readonly everyMs: number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Further real milliseconds after the deadline: whoever stands nearer to the person goes first. */
  readonly patienceMs: number;
  /** False ends the watch where nothing waits for a confirm. */
  readonly worthWaiting: () => Promise<boolean>;
}

/**
 * Waits until no confirm is pending, and takes back what expires meanwhile. A clock that is set back does not give more
 * time: the time that has passed counts too.
 */
export const watchConfirms = async (server: Server, watch: Watch): Promise<readonly TakenBack[]> => {
  const waited = new Map<string, {readonly limit: number; passed: number}>();
  const ended: TakenBack[] = [];
  for (;;) {
    const {pendingConfirms} = (await readState(watch.stateDir)).state;
    if (pendingConfirms.length === 0 && !(await watch.worthWaiting())) return ended;
    const now = server.clock.now().getTime();
    const due = pendingConfirms.some(({run, deadline}) => {
      const left = new Date(deadline).getTime() - now;
      const known = waited.get(`${run} ${deadline}`) ?? {limit: left, passed: 0};
      waited.set(`${run} ${deadline}`, {...known, passed: known.passed + watch.everyMs});
      return left <= 0 || known.passed >= known.limit;
    });
    if (due) {
      await watch.pause(watch.patienceMs);
      ended.push(...(await tryTakeBack(server, watch, waited)));
    }
    await watch.pause(watch.everyMs);
  }
};

/** Somebody who holds the lock may be confirming or taking back just now: the next look tells. */
const tryTakeBack = async (
  server: Server,
  watch: Watch,
  waited: ReadonlyMap<string, {readonly limit: number; readonly passed: number}>,
): Promise<readonly TakenBack[]> => {
  try {
    const late: Server = {...server, clock: {...server.clock, now: () => latest(server, waited)}};
    return await withLock(server, () => takeBackExpired(late, watch));
  } catch (error) {
    if (isRefusal(error) && error.code === 'APPLY.LOCKED') return [];
    throw error;
  }
};

/** The clock, or the deadline whose time has passed although the clock denies it. */
const latest = (
  server: Server,
  waited: ReadonlyMap<string, {readonly limit: number; readonly passed: number}>,
): Date => {
  const over = [...waited].filter(([, {limit, passed}]) => passed >= limit).map(([key]) => key.split(' ')[1] ?? '');
  const times = over.map((deadline) => new Date(deadline).getTime());
  return new Date(Math.max(server.clock.now().getTime(), ...times));
};
