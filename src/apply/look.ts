import {escapeLine} from '../kit/escape-control.ts';
import type {Check} from '../plan/model.ts';
import type {Server} from '../server/server.ts';
import {describeCheck} from './describe.ts';
import type {Holds} from './execution.ts';

interface Looker {
  readonly server: Server;
  readonly holds: Holds;
}

const pollMs = 1000;

/**
 * The sentences of the checks that do not hold now; empty: all hold. What cannot be read does not hold: a change that
 * left a file unreadable is the last one that should pass for proven.
 */
export const whatDiffers = async ({holds}: Looker, checks: readonly Check[]): Promise<readonly string[]> => {
  const differing: string[] = [];
  for (const check of checks) {
    try {
      if (!(await holds(check))) differing.push(describeCheck(check));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      differing.push(`${describeCheck(check)} (it cannot be read: ${escapeLine(reason)})`);
    }
  }
  return differing;
};

export const allHold = async (looker: Looker, checks: readonly Check[]): Promise<boolean> =>
  (await whatDiffers(looker, checks)).length === 0;

export interface Patience {
  readonly timeoutMs: number;
  /** Asked after each look; false ends the waiting early. */
  readonly worthIt?: () => Promise<boolean>;
}

/** Looks once a second until all checks hold or the time is over; resolves with what still differs. */
export const pollUntil = async (
  looker: Looker,
  checks: readonly Check[],
  {timeoutMs, worthIt = async () => true}: Patience,
): Promise<readonly string[]> => {
  const {clock} = looker.server;
  // Not by the time of day: a clock that is set must make a minute neither an hour nor a moment.
  const end = clock.elapsed() + timeoutMs;
  for (;;) {
    const differing = await whatDiffers(looker, checks);
    const left = end - clock.elapsed();
    if (differing.length === 0 || left <= 0 || !(await worthIt())) return differing;
    await clock.sleep(Math.min(pollMs, left));
  }
};

const pendingStates: readonly string[] = [
  'START_PENDING',
  'STOP_PENDING',
  'CONTINUE_PENDING',
  'PAUSE_PENDING',
  'Starting',
  'Stopping',
];

/** Whether a service or an application pool that the checks are about is on its way from one state to another. */
export const isPending = async (server: Server, checks: readonly Check[]): Promise<boolean> => {
  for (const check of checks) {
    if (check.check === 'service-state') {
      const service = await server.service(check.service);
      if (service && pendingStates.includes(service.state)) return true;
    }
    if (check.check === 'app-pool-state') {
      const state = await server.appPoolState(check.pool);
      if (state && pendingStates.includes(state)) return true;
    }
  }
  return false;
};
