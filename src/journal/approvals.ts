import type {Clock} from '../kit/clock.ts';
import {appendToLedger, readLedger} from './ledger.ts';
import type {EventOf, LineOf} from './model.ts';

/* Who approved which plan: a ledger of its own, because an approval comes before there is a run. */

const name = 'approvals';

/** All approvals, oldest first. @throws Refusal JOURNAL.DAMAGED */
export const readApprovals = async (stateDir: string): Promise<readonly LineOf<'plan.approved'>[]> =>
  (await readLedger(stateDir, name)).flatMap((line) => (line.type === 'plan.approved' ? [line] : []));

/** Resolves when the approval is on the disk. Whoever calls it holds the server's lock. */
export const appendApproval = (stateDir: string, event: EventOf<'plan.approved'>, clock: Clock): Promise<void> =>
  appendToLedger(stateDir, name, {event, clock});
