import {expiredConfirms} from '../apply/confirm.ts';
import {withLock} from '../apply/preflight.ts';
import type {RunResult} from '../apply/result.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Server} from '../server/server.ts';
import {type TakenBack, takeBackExpired} from './expired-confirm.ts';
import {type RecoverRequest, recoverLocked} from './recover.ts';
import {readState} from './state.ts';

export interface PutInOrder {
  /** Of the interrupted run; `undefined`: there was none, or it had expired as well. */
  readonly result: RunResult | undefined;
  readonly takenBack: readonly TakenBack[];
}

/**
 * What `recover` does: takes back what nobody confirmed in time, then puts in order what a crash interrupted.
 * @throws Refusal RECOVER.*, APPLY.LOCKED, CONFIRM.EXPIRED
 */
export const putInOrder = (server: Server, request: RecoverRequest): Promise<PutInOrder> =>
  withLock(server, async () => {
    const {stateDir, by, stop, onEvent, choice} = request;
    const {state} = await readState(stateDir);
    const expired = expiredConfirms(state, server.clock.now());
    if (choice === 'complete' && expired.some(({run}) => run === state.unfinished?.runId))
      throw tooLate(expired[0]?.run);
    const takenBack = await takeBackExpired(server, {stateDir, actor: 'next-command', by, stop, onEvent});
    const after = await readState(stateDir);
    if (takenBack.length > 0 && !after.state.unfinished) return {result: undefined, takenBack};
    return {result: await recoverLocked(server, request), takenBack};
  });

const tooLate = (run: string | undefined): Refusal =>
  new Refusal('CONFIRM.EXPIRED', `The time to confirm run ${run} is over: it was agreed to take it back.`, {
    next: [{label: 'Take it back', command: 'stopgap recover'}],
  });
