import {type IisConfiguration, loadConfiguration} from '../iis/configuration.ts';
import {isRefusal, Refusal} from '../kit/refusal.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {makePlan, type PlanInput} from '../plan/make-plan.ts';
import type {Plan} from '../plan/model.ts';
import {Prediction} from '../plan/predict.ts';
import type {ServerReader} from '../server/server.ts';
import {checkSame} from './same-plan.ts';
import type {LoadedSource} from './sources.ts';
import {readState} from './state.ts';

/** A server's configuration as it is, and as a plan would leave it. Nothing is written anywhere. */
export interface ServerWithPlan {
  readonly before: IisConfiguration;
  readonly after: IisConfiguration;
  readonly mitigations: readonly Mitigation[];
  /** What to know about the comparison: the plan is applied already, or the server has moved on. */
  readonly notes: readonly string[];
}

export const configurationNow = async (reader: ServerReader): Promise<IisConfiguration> => {
  const {environment} = await reader.facts();
  return loadConfiguration(reader, {configFolder: reader.configFolder, environment});
};

const refusePurpose = ({body}: Plan): void => {
  if (body.purpose === 'apply') return;
  throw new Refusal('PLAN.NOT_FOR_TRACE', `a plan to ${body.purpose} brings no rules whose effect could be shown`, {
    next: [{label: 'Give a plan that stopgap plan -o has written'}],
  });
};

/**
 * Plans again, as apply does, and takes what that predicts: a plan file says what a person has seen, never what a rule
 * holds. @throws Refusal PLAN.NOT_FOR_TRACE
 */
export const serverWithPlan = async (
  reader: ServerReader,
  {plan, sources, stateDir}: {plan: Plan; sources: readonly LoadedSource[]; stateDir: string},
): Promise<ServerWithPlan> => {
  refusePurpose(plan);
  const {state} = await readState(stateDir);
  const {options, accepted} = plan.body;
  const prediction = new Prediction(reader);
  const inputs = sources.flatMap(({mitigations, asked}, source) =>
    mitigations.map((mitigation): PlanInput => ({mitigation, source, asked})),
  );
  const body = await makePlan(reader, {
    inputs,
    signals: [],
    sources: sources.map(({source}) => source),
    options: {
      place: options.place ?? undefined,
      accept: accepted,
      ...(options.commands && {commands: options.commands}),
    },
    holds: state,
    // Which services may be stopped is judged where a plan is made, and changes no rule.
    allowedServices: new Set(),
    prediction,
  });
  const before = await configurationNow(reader);
  const planned = new Set(
    body.mitigations.filter(({status}) => status === 'planned' || status === 'in-place').map(({id}) => id),
  );
  return {
    before,
    after: before.withFiles(prediction.changedFiles()),
    mitigations: inputs.map(({mitigation}) => mitigation).filter(({id}) => planned.has(id)),
    notes: movedSince(plan, {...body, findings: plan.body.findings}),
  };
};

const movedSince = (plan: Plan, fresh: Plan['body']): readonly string[] => {
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
