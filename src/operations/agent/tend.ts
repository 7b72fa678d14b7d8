import {expiredConfirms} from '../../apply/confirm.ts';
import {withLock} from '../../apply/preflight.ts';
import type {RunResult} from '../../apply/result.ts';
import type {Server} from '../../server/server.ts';
import {type ExpiryRequest, type TakenBack, takeBackExpired} from '../expired-confirm.ts';
import {recoverLocked} from '../recover.ts';
import {readState} from '../state.ts';
import {isUnrestored} from '../unrestored.ts';

export interface Tended {
  readonly takenBack: readonly TakenBack[];
  /** The run that a crash had interrupted, and what became of it. */
  readonly recovered: RunResult | undefined;
}

type TendRequest = Omit<ExpiryRequest, 'actor'>;

/**
 * Whether there is anything to put in order; the lock is taken only then. What was tried and has failed half-way is a
 * person's: a machine that tries again and again does not know any more what it changes.
 */
const isDue = async (server: Server, stateDir: string): Promise<boolean> => {
  const known = await readState(stateDir);
  const expired = expiredConfirms(known.state, server.clock.now());
  return known.state.unfinished !== undefined || expired.some(({run}) => !isUnrestored(run, known));
};

/**
 * First of all, always: takes back what nobody confirmed in time, and what a crash interrupted.
 * @throws Refusal CONFIRM.NOT_TAKEN_BACK, RECOVER.*, APPLY.LOCKED
 */
export const tend = async (server: Server, request: TendRequest): Promise<Tended> => {
  const {stateDir, by, onEvent} = request;
  if (!(await isDue(server, stateDir))) return {takenBack: [], recovered: undefined};
  return withLock(server, async () => {
    const takenBack = await takeBackExpired(server, {...request, actor: 'agent'});
    const {unfinished} = (await readState(stateDir)).state;
    const recovered = unfinished && (await recoverLocked(server, {stateDir, choice: 'undo', by, onEvent}));
    return {takenBack, recovered};
  });
};
