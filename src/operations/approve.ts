import {withLock} from '../apply/preflight.ts';
import {appendApproval, readApprovals} from '../journal/approvals.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import type {Server} from '../server/server.ts';
import {refusePlan} from './refuse-plan.ts';
import {checkSeal} from './same-plan.ts';
import type {Settings} from './settings/effective.ts';
import {means} from './settings/mitigation-id.ts';
import {openState} from './state.ts';

export interface Approval {
  /** Account of the operating system. */
  readonly by: string;
  readonly reason: string;
  /** A name given by hand: it proves nothing and counts for nothing. */
  readonly comment: string;
}

/** The accounts that approved a plan, each once. An edited plan has another planId, and so none. */
export const approversOf = async (plan: Pick<Plan, 'planId'>, stateDir: string): Promise<readonly string[]> => {
  const approvals = await readApprovals(stateDir);
  const accounts = approvals.filter(({planId}) => planId === plan.planId).map(({by}) => by);
  // Windows compares account names without regard to case.
  return [...new Map(accounts.map((by) => [by.toLowerCase(), by])).values()];
};

/** @throws Refusal PLAN.ALTERED, PLAN.REFUSED, PLAN.NOT_FOR_APPLY, APPLY.LOCKED */
export const approvePlan = async (
  plan: Plan,
  server: Server,
  {by, reason, comment, stateDir}: Approval & {readonly stateDir: string},
): Promise<readonly string[]> => {
  checkSeal(plan);
  refusePlan(plan.body);
  return withLock(server, async () => {
    await openState(stateDir);
    const {hostName} = await server.facts();
    const approval = {type: 'plan.approved', planId: plan.planId, by, host: hostName, reason, comment} as const;
    await appendApproval(stateDir, approval, server.clock);
    return approversOf(plan, stateDir);
  });
};

/**
 * What the stricter level asks for. A level asks for none where it has itself approved, in advance, everything that the
 * plan brings or takes away; what the other one asks for is not its to give.
 */
export const neededApprovals = ({body}: Pick<Plan, 'body'>, {approvals}: Pick<Settings, 'approvals'>): number => {
  const changed = body.mitigations.filter(({status}) => status === 'planned' || status === 'to-remove');
  const asked = approvals.map(({accounts, autoApproved}) => {
    const isApproved = ({id}: {readonly id: string}): boolean =>
      autoApproved.some((entry) => means(entry, {id, actions: []}));
    return changed.length > 0 && changed.every(isApproved) ? 0 : accounts;
  });
  return Math.max(0, ...asked);
};

/** @throws Refusal APPLY.NOT_APPROVED */
export const requireApprovals = async (
  plan: Plan,
  settings: Pick<Settings, 'approvals'>,
  stateDir: string,
): Promise<void> => {
  const needed = neededApprovals(plan, settings);
  if (needed === 0) return;
  const accounts = await approversOf(plan, stateDir);
  if (accounts.length >= needed) return;
  const have = accounts.length === 0 ? 'nobody has' : `${accounts.join(', ')} has`;
  throw new Refusal(
    'APPLY.NOT_APPROVED',
    `The settings ask for ${needed} ${needed === 1 ? 'approval' : 'approvals of different accounts'}; ${have} approved plan ${plan.planId.slice(0, 12)}.`,
    {next: [{label: 'Have it approved', command: 'stopgap approve <plan> --reason "why"'}]},
  );
};
