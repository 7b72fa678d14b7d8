import type {RollbackRequest, RolledBack} from '../operations/rollback.ts';
import {rollBack} from '../operations/take-back.ts';
import type {Server} from '../server/server.ts';
import {account} from './account.ts';
import type {GlobalArgs, Io} from './command.ts';
import {follow} from './follow-run.ts';
import {withStopSignals} from './stop-signals.ts';

/** Takes back what a person at a terminal has chosen: under that account, told step by step, and stopped by Ctrl-C. */
export const rollBackByHand = (
  server: Server,
  chosen: Pick<RollbackRequest, 'choice' | 'stateDir' | 'kind' | 'reason'>,
  {args, io}: {readonly args: Pick<GlobalArgs, 'verbose' | 'log-format'>; readonly io: Io},
): Promise<RolledBack> =>
  withStopSignals(io, (stop) =>
    rollBack(server, {...chosen, stop, now: server.clock.now(), by: account(), onEvent: follow(args, io)}),
  );
