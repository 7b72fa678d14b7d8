import {join} from 'node:path';
import {readBackup} from '../journal/backup.ts';
import type {Plan, PlanBody} from '../plan/model.ts';
import type {ServerReader} from '../server/server.ts';
import {knownMitigations} from './known-mitigations.ts';
import {reloadSources, type SourceContext} from './load-sources.ts';
import {planForServer} from './plan-for-server.ts';
import {reconcile, requireFinished} from './reconcile.ts';
import {readState} from './state.ts';

/** What planning finds now in place of a plan: apply compares the two. */
export const replan = async (plan: Plan, reader: ServerReader, context: SourceContext): Promise<PlanBody> => {
  const {place, commands} = plan.body.options;
  const options = {place: place ?? undefined, accept: plan.body.accepted, ...(commands && {commands})};
  const {stateDir, now} = context;
  if (plan.body.purpose === 'reconcile') return (await planReconcile(reader, {context, options})).body;
  const sources = await reloadSources(plan.body.sources, context);
  return (await planForServer(reader, {sources, options, stateDir, now})).body;
};

export const planReconcile = async (
  reader: ServerReader,
  {context, options}: {context: SourceContext; options: Parameters<typeof reconcile>[1]['options']},
): ReturnType<typeof reconcile> => {
  const {stateDir} = context;
  const known = await readState(stateDir);
  requireFinished(known);
  return reconcile(reader, {
    known,
    mitigations: await knownMitigations(known, context),
    options,
    readBackup: (reference) => readBackup(join(stateDir, 'runs'), reference, ''),
  });
};
