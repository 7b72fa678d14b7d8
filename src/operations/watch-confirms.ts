import {withLock} from '../apply/preflight.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {Server} from '../server/server.ts';
import {type ExpiryRequest, type TakenBack, takeBackExpired} from './expired-confirm.ts';
import {readState} from './state.ts';

export interface Watch extends ExpiryRequest {
  /** Real milliseconds between two looks. */
  readonly everyMs: number;
  /** Ends early where somebody asks to stop. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Further real milliseconds after the deadline: whoever stands nearer to the person goes first. */
  readonly patienceMs: number;
  /** False ends the watch where nothing waits for a confirm. */
  readonly worthWaiting: () => Promise<boolean>;
}

/**
 * Waits until no confirm is pending, or somebody asks to stop, and takes back what expires meanwhile. A clock that is set back does not give more
 * time: the time that has passed counts too.
 */
export const watchConfirms = async (server: Server, watch: Watch): Promise<readonly TakenBack[]> => {
  const waited = new Map<string, {readonly limit: number; passed: number}>();
  const ended: TakenBack[] = [];
  while (!watch.stop?.aborted) {
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
      if (watch.stop?.aborted) break;
      ended.push(...(await tryTakeBack(server, watch, waited)));
    }
    await watch.pause(watch.everyMs);
  }
  return ended;
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
