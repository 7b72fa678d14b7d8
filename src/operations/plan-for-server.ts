import {version} from '../kit/version.ts';
import {makePlan, type PlanInput, type PlanSignal} from '../plan/make-plan.ts';
import type {Plan, PlanBody, PlanSource} from '../plan/model.ts';
import type {PlanOptions} from '../plan/options.ts';
import type {Prediction} from '../plan/predict.ts';
import {sealPlan} from '../plan/seal.ts';
import type {ServerReader} from '../server/server.ts';
import {allowedServices, builtInCatalogue} from './catalogue.ts';
import type {LoadedSource} from './sources.ts';
import {readState} from './state.ts';

export interface PlanForServer {
  readonly sources: readonly LoadedSource[];
  readonly options: PlanOptions;
  readonly stateDir: string;
  readonly now: Date;
  /** Keeps what is predicted step by step, for a rehearsal. */
  readonly prediction?: Prediction;
}

/** Binds mitigations to a server: reads it, decides, predicts. Dry run: nothing here can change anything. */
export const planForServer = async (reader: ServerReader, request: PlanForServer): Promise<Plan> => {
  const body = await planBody(reader, request);
  const {hostName} = await reader.facts();
  return sealPlan(body, {plannedAt: request.now.toISOString(), hostName, server: reader.name, stopgap: version});
};

const planBody = async (
  reader: ServerReader,
  {sources, options, stateDir, prediction}: Omit<PlanForServer, 'now'>,
): Promise<PlanBody> => {
  const {state} = await readState(stateDir);
  const isMeant = ({id}: {readonly id: string}): boolean => options.only?.includes(id) ?? true;
  const inputs = sources.flatMap(({mitigations, asked}, source) =>
    mitigations.filter(isMeant).map((mitigation): PlanInput => ({mitigation, source, asked})),
  );
  const catalogue = asksTheCatalogue(sources) ? await builtInCatalogue() : [];
  const known = new Set(catalogue.flatMap(({mitigations}) => mitigations.map(({id}) => id)));
  const signals = sources.flatMap(({signals: named}, source) =>
    named.filter(isMeant).map((signal): PlanSignal => ({...signal, source, inCatalogue: known.has(signal.id)})),
  );
  return makePlan(reader, {
    inputs,
    signals,
    sources: sources.map(({source}): PlanSource => source),
    options,
    holds: state,
    allowedServices: allowedServices(catalogue),
    ...(prediction && {prediction}),
  });
};

/** The catalogue says which services may be stopped and which published ids it knows; a rewrite rule asks neither. */
const asksTheCatalogue = (sources: readonly LoadedSource[]): boolean =>
  sources.some(
    ({mitigations, signals}) =>
      signals.length > 0 ||
      mitigations.some(({actions}) => actions.some(({kind}) => kind === 'service' || kind === 'app-pool')),
  );
