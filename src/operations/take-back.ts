import {expiredConfirms} from '../apply/confirm.ts';
import {withLock} from '../apply/preflight.ts';
import type {Server} from '../server/server.ts';
import {afterTakingBack, takeBackExpired} from './expired-confirm.ts';
import {type RollbackRequest, type RolledBack, rollBackLocked} from './rollback.ts';
import {readState} from './state.ts';

/**
 * Plans the way back and takes it. What nobody confirmed in time goes first, unless it is the very thing that is asked for.
 * @throws Refusal PLAN.REFUSED, APPLY.*, ROLLBACK.*, CONFIRM.NOT_TAKEN_BACK
 */
export const rollBack = (server: Server, request: RollbackRequest): Promise<RolledBack> =>
  withLock(server, async () => {
    const {stateDir, by, stop, onEvent} = request;
    const {state} = await readState(stateDir);
    const overdue = expiredConfirms(state, server.clock.now()).some(({run}) => !isMeant(run, request));
    const expiry = {stateDir, actor: 'next-command', by, stop, onEvent} as const;
    const takenBack = overdue ? await takeBackExpired(server, expiry) : [];
    try {
      return await rollBackLocked(server, request);
    } catch (error) {
      throw afterTakingBack(error, takenBack);
    }
  });

/** Without a target the last finished run is meant: the one that may wait for its confirm. */
const isMeant = (run: string, {kind, choice: {target, all}}: RollbackRequest): boolean =>
  kind === 'rollback' && (all || target === undefined || target === run);
