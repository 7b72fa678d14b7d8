import type {ServerWithPlan} from '../operations/server-with-plan.ts';
import type {Plan} from '../plan/model.ts';
import type {ServerReader} from '../server/server.ts';
import type {GlobalArgs, Io} from './command.ts';
import {networkFrom} from './network-options.ts';

export interface PlanArgs extends Pick<GlobalArgs, 'server' | 'state-dir'> {
  readonly profile: readonly string[];
}

/** The server as a plan file would leave it, planned afresh from the plan's own sources. */
export const withPlanFile = async (
  file: string,
  reader: ServerReader,
  {args, io}: {args: PlanArgs; io: Io},
): Promise<ServerWithPlan & {readonly plan: Plan}> => {
  const {readPlanFile} = await import('./read-plan-file.ts');
  const {stateDirOf} = await import('./open-server.ts');
  const {serverWithPlan} = await import('../operations/server-with-plan.ts');
  const plan = await readPlanFile(file, io);
  const stateDir = stateDirOf(args, io);
  const context = {stateDir, cwd: io.cwd, now: io.now(), profiles: args.profile, ...networkFrom(io)};
  return {...(await serverWithPlan(reader, {plan, context})), plan};
};
