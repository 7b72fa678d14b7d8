import {join} from 'node:path';
import {type IisConfiguration, loadConfiguration} from '../iis/configuration.ts';
import {readBackup} from '../journal/backup.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {makePlan, type PlanInput} from '../plan/make-plan.ts';
import type {Plan, PlanBody} from '../plan/model.ts';
import {optionsOf} from '../plan/options.ts';
import {Prediction} from '../plan/predict.ts';
import {makeRollback} from '../rollback/make-rollback.ts';
import type {ServerReader} from '../server/server.ts';
import {knownMitigations} from './known-mitigations.ts';
import {reloadSources, type SourceContext} from './load-sources.ts';
import {replan} from './replan.ts';
import {checkSame} from './same-plan.ts';
import {readState} from './state.ts';

/** A server's configuration as it is, and as a plan would leave it. Nothing is written anywhere. */
export interface ServerWithPlan {
  readonly before: IisConfiguration;
  readonly after: IisConfiguration;
  /** What is there with the plan. */
  readonly mitigations: readonly Mitigation[];
  /** What the plan takes away. */
  readonly removed: readonly Mitigation[];
  /** What to know about the comparison: the plan is applied already, or the server has moved on. */
  readonly notes: readonly string[];
}

export const configurationNow = async (reader: ServerReader): Promise<IisConfiguration> => {
  const {environment} = await reader.facts();
  return loadConfiguration(reader, {configFolder: reader.configFolder, environment});
};

interface Replanned extends Pick<ServerWithPlan, 'mitigations' | 'removed'> {
  readonly body: PlanBody;
}

interface Request {
  readonly plan: Plan;
  readonly context: SourceContext;
  readonly prediction: Prediction;
}

/** Those of the mitigations that the plan says one of these things about. */
const withStatus = (
  all: readonly Mitigation[],
  body: PlanBody,
  ...wanted: readonly PlanBody['mitigations'][number]['status'][]
): readonly Mitigation[] => {
  const ids = new Set(body.mitigations.filter(({status}) => wanted.includes(status)).map(({id}) => id));
  return all.filter(({id}) => ids.has(id));
};

/** Unlike apply, a plan that would be refused today is followed too: what its rules would do can still be asked. */
const replanApply = async (reader: ServerReader, {plan, context, prediction}: Request): Promise<Replanned> => {
  const sources = await reloadSources(plan.body.sources, context);
  const {state} = await readState(context.stateDir);
  const inputs = sources.flatMap(({mitigations, asked}, source) =>
    mitigations.map((mitigation): PlanInput => ({mitigation, source, asked})),
  );
  const body = await makePlan(reader, {
    inputs,
    signals: [],
    sources: sources.map(({source}) => source),
    options: optionsOf(plan.body),
    holds: state,
    // Which services may be stopped is judged where a plan is made, and changes no rule.
    allowedServices: new Set(),
    prediction,
  });
  const all = inputs.map(({mitigation}) => mitigation);
  const mitigations = withStatus(all, body, 'planned', 'in-place');
  return {body: {...body, findings: plan.body.findings}, mitigations, removed: []};
};

const known = async ({context}: Request): Promise<readonly Mitigation[]> =>
  (await knownMitigations(await readState(context.stateDir), context)).known.map(({mitigation}) => mitigation);

const replanReconcile = async (reader: ServerReader, request: Request): Promise<Replanned> => {
  const body = await replan(request.plan, reader, request);
  const all = await known(request);
  return {
    body,
    mitigations: withStatus(all, body, 'planned', 'in-place'),
    removed: withStatus(all, body, 'to-remove'),
  };
};

const replanRollback = async (reader: ServerReader, request: Request): Promise<Replanned> => {
  const {plan, context, prediction} = request;
  const {state, runs} = await readState(context.stateDir);
  const {purpose, mitigations, accepted} = plan.body;
  const upgrade = purpose === 'prepare-upgrade';
  const body = await makeRollback(reader, {
    ids: mitigations.map(({id}) => id),
    state,
    runs,
    exact: false,
    fromBackup: false,
    accept: accepted,
    readBackup: (reference) => readBackup(join(context.stateDir, 'runs'), reference, ''),
    prediction,
    ...(upgrade && {purpose: 'prepare-upgrade', only: ({kind}) => kind !== 'element'}),
  });
  const ids = new Set(mitigations.map(({id}) => id));
  const concerned = (await known(request)).filter(({id}) => ids.has(id));
  return upgrade ? {body, mitigations: concerned, removed: []} : {body, mitigations: [], removed: concerned};
};

const replanners = {
  apply: replanApply,
  reconcile: replanReconcile,
  rollback: replanRollback,
  'prepare-upgrade': replanRollback,
} as const satisfies Record<PlanBody['purpose'], unknown>;

/** What planning finds now in place of a plan, whatever it is for. */
export const replanned = async (reader: ServerReader, request: Request): Promise<PlanBody> =>
  (await replanners[request.plan.body.purpose](reader, request)).body;

/**
 * Plans again, as apply does, and takes what that predicts: a plan file says what a person has seen, never what a rule
 * holds.
 */
export const serverWithPlan = async (
  reader: ServerReader,
  {plan, context}: {plan: Plan; context: SourceContext},
): Promise<ServerWithPlan> => {
  const prediction = new Prediction(reader);
  const {body, ...concerned} = await replanners[plan.body.purpose](reader, {plan, context, prediction});
  const before = await configurationNow(reader);
  const after = before.withFiles(prediction.changedFiles());
  return {before, after, ...concerned, notes: movedSince(plan, body)};
};

/** Every mitigation that the plan applies is found in place now, as it is after `apply`. */
const isApplied = ({body: {purpose, mitigations}}: Plan, fresh: PlanBody): boolean => {
  const inPlace = new Set(fresh.mitigations.filter(({status}) => status === 'in-place').map(({id}) => id));
  const planned = mitigations.filter(({status}) => status === 'planned');
  return purpose === 'apply' && planned.length > 0 && planned.every(({id}) => inPlace.has(id));
};

const movedSince = (plan: Plan, fresh: PlanBody): readonly string[] => {
  if (isApplied(plan, fresh))
    return ['What the plan wants is on the server already: what follows is about the server as it is.'];
  const signals = plan.body.mitigations.filter(({status}) => status === 'signal');
  try {
    checkSame(plan, {...fresh, mitigations: [...fresh.mitigations, ...signals]});
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [
      `The server is not what the plan was made for: ${error.message}. What follows is about the server as it is.`,
    ];
  }
};
