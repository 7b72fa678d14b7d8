import {join} from 'node:path';
import {readBackup} from '../journal/backup.ts';
import type {Plan, PlanBody} from '../plan/model.ts';
import {optionsOf, type PlanOptions} from '../plan/options.ts';
import {Prediction} from '../plan/predict.ts';
import type {ServerReader} from '../server/server.ts';
import {knownMitigations} from './known-mitigations.ts';
import {reloadSources, type SourceContext} from './load-sources.ts';
import {planForServer} from './plan-for-server.ts';
import {reconcile, requireFinished} from './reconcile.ts';
import {readState} from './state.ts';

/** What planning finds now in place of a plan: apply compares the two. The prediction keeps what the files will be. */
export const replan = async (
  plan: Plan,
  reader: ServerReader,
  {context, prediction}: {readonly context: SourceContext; readonly prediction: Prediction},
): Promise<PlanBody> => {
  const options = optionsOf(plan.body);
  const {stateDir, now} = context;
  if (plan.body.purpose === 'reconcile') return (await planReconcile(reader, {context, options, prediction})).body;
  const sources = await reloadSources(plan.body.sources, context);
  return (await planForServer(reader, {sources, options, stateDir, now, prediction})).body;
};

interface PlanReconcile {
  readonly context: SourceContext;
  readonly options: PlanOptions;
  readonly prediction?: Prediction;
}

export const planReconcile = async (
  reader: ServerReader,
  {context, options, prediction = new Prediction(reader)}: PlanReconcile,
): ReturnType<typeof reconcile> => {
  const {stateDir} = context;
  const known = await readState(stateDir);
  requireFinished(known);
  return reconcile(reader, {
    known,
    mitigations: await knownMitigations(known, context),
    options,
    prediction,
    readBackup: (reference) => readBackup(join(stateDir, 'runs'), reference, ''),
  });
};
