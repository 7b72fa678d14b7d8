import {unreachable} from '../kit/unreachable.ts';
import {heartbeatId} from '../mitigation/heartbeat.ts';
import type {Action, Mitigation} from '../mitigation/model.ts';
import type {ServerReader} from '../server/server.ts';
import {type ActionPlan, type Deciding, nothing} from './action-plan.ts';
import {planAppPool} from './app-pool-steps.ts';
import {applicableTo} from './applicable.ts';
import {assumeTopology} from './assume-topology.ts';
import {declareAnswers} from './declared-answers.ts';
import {note, warn} from './finding.ts';
import {planFormatVersion} from './format-version.ts';
import {type Holds, resourceKey} from './holds.ts';
import {mergeSteps} from './merge-steps.ts';
import type {Assumption, Finding, PlanBody, PlannedMitigation, PlanSource, Step} from './model.ts';
import {type Observation, observe} from './observe.ts';
import type {PlanOptions} from './options.ts';
import {Prediction} from './predict.ts';
import {rewriteFindings} from './rewrite-findings.ts';
import {planRewrite} from './rewrite-steps.ts';
import {planService} from './service-steps.ts';

/** A mitigation, where it comes from, and whether a person asked for it or a feed brought it. */
export interface PlanInput {
  readonly mitigation: Mitigation;
  /** Index into the sources. */
  readonly source: number;
  readonly asked: 'by-name' | 'by-feed';
}

export interface PlanSignal {
  readonly id: string;
  readonly description: string;
  readonly source: number;
  /** The catalogue has a plan for that id. */
  readonly inCatalogue: boolean;
}

export interface PlanRequest {
  readonly inputs: readonly PlanInput[];
  /** What a publisher whose payloads are not public says is out: it awaits a person. */
  readonly signals: readonly PlanSignal[];
  readonly sources: readonly PlanSource[];
  readonly options: PlanOptions;
  readonly holds: Holds;
  readonly allowedServices: ReadonlySet<string>;
  /** What another part of the same plan has predicted already; absent: nothing. */
  readonly prediction?: Prediction;
}

interface Part {
  readonly planned: PlannedMitigation;
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  readonly assumes: readonly Assumption[];
}

/** Binds mitigations to one server at one moment. Reads the server, never changes it; equal input gives an equal body. */
export const makePlan = async (reader: ServerReader, request: PlanRequest): Promise<PlanBody> => {
  const facts = await reader.facts();
  const applicable = request.inputs.filter(({mitigation, asked}) => applicableTo(mitigation, facts, asked).applies);
  const seen = await observe(
    reader,
    applicable.map(({mitigation}) => mitigation),
  );
  const prediction = request.prediction ?? new Prediction(reader, [seen.configuration.applicationHost]);
  const planned = applicable.map(({mitigation}) => mitigation);
  // Before the decisions: what they ask of the folders is a part of it, and is looked for once.
  const topology = assumeTopology(seen.configuration.topology, planned);
  const parts: Part[] = [];
  for (const input of request.inputs) parts.push(await planInput(input, {request, seen, prediction}));
  parts.push(...request.signals.map(planSignal));
  const after = seen.configuration.withFiles(prediction.changedFiles());
  const steps = await declareAnswers(mergeSteps(parts.flatMap((part) => part.steps)), seen.configuration, after);
  const findings = [
    ...parts.flatMap((part) => part.findings),
    ...(await rewriteFindings(planned, seen.configuration, after)),
  ];
  return {
    formatVersion: planFormatVersion,
    purpose: 'apply',
    server: {exchangeBuild: facts.exchange?.build ?? null, buildSource: facts.exchange?.buildSource ?? null},
    options: {
      place: request.options.place ?? null,
      ...(request.options.commands && {commands: request.options.commands}),
      ...(request.options.only && {only: request.options.only}),
    },
    sources: request.sources,
    mitigations: parts.map((part) => part.planned),
    steps,
    predicted: prediction.diffs(),
    findings: distinct(findings),
    accepted: request.options.accept.map(({code, reason}) => ({code, reason})),
    assumes: distinct([topology, assumeBuild(seen), ...parts.flatMap((part) => part.assumes)]).map(({what, value}) => ({
      what,
      value: reader.digestOf?.(what) ?? value,
    })),
  };
};

const distinct = <T>(values: readonly T[]): readonly T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

const assumeBuild = ({facts}: Observation): Assumption => ({
  what: 'Exchange build',
  value: facts.exchange?.build ?? 'none',
});

const planInput = async (
  input: PlanInput,
  {request, seen, prediction}: {request: PlanRequest; seen: Observation; prediction: Prediction},
): Promise<Part> => {
  const {mitigation} = input;
  const applicable = applicableTo(mitigation, seen.facts, input.asked);
  if (!applicable.applies) {
    return {
      planned: describe(input, 'not-applicable', applicable.reason),
      steps: [],
      findings: applicable.findings,
      assumes: [],
    };
  }
  const {options, holds, allowedServices} = request;
  const deciding: Deciding = {seen, mitigation, options, holds, prediction, allowedServices};
  const parts: ActionPlan[] = [];
  for (const action of mitigation.actions) parts.push(await planAction(action, deciding));
  const steps = parts.flatMap((part) => part.steps);
  const findings = [...applicable.findings, ...parts.flatMap((part) => part.findings)];
  const assumes = parts.flatMap((part) => part.assumes);
  const verdict = verdictOf(mitigation, steps, {
    holds,
    inPlace: parts.flatMap((part) => part.inPlace),
    refused: findings.some(({severity}) => severity === 'refuse'),
    applies: applicable.reason,
  });
  const kept = verdict.status === 'planned' ? steps : [];
  return {planned: describe(input, verdict.status, verdict.reason), steps: kept, findings, assumes};
};

const planSignal = ({id, description, source, inCatalogue}: PlanSignal): Part => {
  const planned = (status: PlannedMitigation['status'], reason: string): PlannedMitigation => ({
    ...{id, description, cves: [], source, status, reason},
    ...{sideEffects: [], reach: [], losses: [], rollback: '', alternative: null},
  });
  if (id === heartbeatId) {
    const reason = 'the heartbeat of the feed: it changes nothing, and shows that the way from the publisher is open';
    return {planned: planned('nothing-to-do', reason), steps: [], findings: [], assumes: []};
  }
  const reason = inCatalogue
    ? `published; what it does on a server is not said in this feed. The catalogue has a plan for it: stopgap plan ${id}`
    : 'published, and the catalogue does not know it: find out what it is about';
  const finding = inCatalogue
    ? note('FEED.PUBLISHED', `${id} is published: its plan in the catalogue awaits a person`, {concerns: [id]})
    : warn('FEED.UNKNOWN_MITIGATION', `${id} is published and unknown to the catalogue: ${description}`, {
        concerns: [id],
      });
  return {planned: planned('signal', reason), steps: [], findings: [finding], assumes: []};
};

const planAction = async (action: Action, deciding: Deciding): Promise<ActionPlan> => {
  switch (action.kind) {
    case 'rewrite':
      return planRewrite(action, deciding);
    case 'service':
      return planService(action, deciding);
    case 'app-pool':
      return planAppPool(action, deciding);
    case 'nothing':
      return nothing;
    default:
      return unreachable(action);
  }
};

interface Circumstances {
  readonly holds: Holds;
  readonly inPlace: readonly string[];
  readonly refused: boolean;
  readonly applies: string;
}

const verdictOf = (
  mitigation: Mitigation,
  steps: readonly Step[],
  {holds, inPlace, refused, applies}: Circumstances,
): {readonly status: PlannedMitigation['status']; readonly reason: string} => {
  if (mitigation.actions.every(({kind}) => kind === 'nothing')) {
    return {status: 'nothing-to-do', reason: 'it changes nothing by design'};
  }
  const own = holds.mitigations.get(mitigation.id);
  // What others hold for us must be held by us too, or it would come back when they let go.
  const toHold =
    !own && steps.some((step) => step.resources.some((resource) => holds.resources.has(resourceKey(resource))));
  if (steps.some(({status}) => status === 'to-do') || toHold || refused) return {status: 'planned', reason: applies};
  if (own) return {status: 'in-place', reason: `applied by run ${own.run}`};
  const there =
    inPlace.length > 0
      ? `${inPlace.join(', ')} ${inPlace.length === 1 ? 'does' : 'do'} it`
      : steps.map(({label}) => label).join(', ');
  // "In place" would sound like protected.
  if (there === '') return {status: 'nothing-to-do', reason: 'what it is about is not installed on this server'};
  return {status: 'in-place', reason: there};
};

const describe = (
  {mitigation, source}: PlanInput,
  status: PlannedMitigation['status'],
  reason: string,
): PlannedMitigation => {
  const {id, description, cves, notes} = mitigation;
  const {sideEffects, reach, losses, rollback, alternative} = notes;
  return {
    id,
    description,
    cves,
    source,
    status,
    reason,
    sideEffects,
    reach,
    losses,
    rollback,
    alternative: alternative ?? null,
  };
};
