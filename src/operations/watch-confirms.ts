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
 * Waits until no confirm is pending, or somebody asks to stop, and takes back what expires meanwhile. A clock that is set
 * back does not give more time: the time that has passed counts too.
 */
export const watchConfirms = async (server: Server, watch: Watch): Promise<readonly TakenBack[]> => {
  const {clock} = server;
  const overAt = new Map<string, number>();
  const ended: TakenBack[] = [];
  while (!watch.stop?.aborted) {
    const {pendingConfirms} = (await readState(watch.stateDir)).state;
    if (pendingConfirms.length === 0 && !(await watch.worthWaiting())) return ended;
    const now = clock.now().getTime();
    const due = pendingConfirms.some(({deadline}) => {
      const left = new Date(deadline).getTime() - now;
      const over = overAt.get(deadline) ?? clock.elapsed() + left;
      overAt.set(deadline, over);
      return left <= 0 || clock.elapsed() >= over;
    });
    if (due) {
      await watch.pause(watch.patienceMs);
      if (watch.stop?.aborted) break;
      ended.push(...(await tryTakeBack(server, watch, overAt)));
    }
    await watch.pause(watch.everyMs);
  }
  return ended;
};

/** Somebody who holds the lock may be confirming or taking back just now: the next look tells. */
const tryTakeBack = async (
  server: Server,
  watch: Watch,
  overAt: ReadonlyMap<string, number>,
): Promise<readonly TakenBack[]> => {
  try {
    const late: Server = {...server, clock: {...server.clock, now: () => latest(server, overAt)}};
    return await withLock(server, () => takeBackExpired(late, watch));
  } catch (error) {
    if (isRefusal(error) && error.code === 'APPLY.LOCKED') return [];
    throw error;
  }
};

/** The clock, or the deadline whose time has passed although the clock denies it. */
const latest = ({clock}: Server, overAt: ReadonlyMap<string, number>): Date => {
  const over = [...overAt].filter(([, at]) => clock.elapsed() >= at).map(([deadline]) => new Date(deadline).getTime());
  return new Date(Math.max(clock.now().getTime(), ...over));
};
