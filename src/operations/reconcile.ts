import {interrupted} from '../apply/preflight.ts';
import {loadConfiguration} from '../iis/configuration.ts';
import {note, warn} from '../plan/finding.ts';
import {makePlan, type PlanInput} from '../plan/make-plan.ts';
import type {Finding, PlanBody, PlannedMitigation, PlanSource} from '../plan/model.ts';
import type {PlanOptions} from '../plan/options.ts';
import type {Prediction} from '../plan/predict.ts';
import {makeRollback} from '../rollback/make-rollback.ts';
import type {ServerFacts, ServerReader} from '../server/server.ts';
import {allowedServices, builtInCatalogue} from './catalogue.ts';
import {type Judged, judgeMitigation} from './judge-mitigation.ts';
import type {KnownMitigation, KnownMitigations} from './known-mitigations.ts';
import {blockCmdlet, reAddingService} from './known-names.ts';
import {type Leftover, leftoversOf} from './leftovers.ts';
import {changedRow, leftoverRow, machineRow, type ReconcileRow, rowOf, unknownRow} from './reconcile-rows.ts';
import {replacementOf} from './replaced.ts';
import type {LoadedSource} from './sources.ts';
import type {KnownState} from './state.ts';

export interface Reconciliation {
  readonly rows: readonly ReconcileRow[];
  readonly body: PlanBody;
  /** Where the mitigations come from that are to be applied again; apply reads them from there. */
  readonly sources: readonly LoadedSource[];
}

export interface ReconcileRequest {
  readonly known: KnownState;
  readonly mitigations: KnownMitigations;
  readonly options: PlanOptions;
  /** What the plan makes of the files. */
  readonly prediction: Prediction;
  readonly readBackup: (reference: string) => Promise<Uint8Array>;
}

/**
 * Compares journals, server and build, and plans what follows: what is still needed and gone is applied again, what is
 * not needed any more is removed. Reads only.
 */
export const reconcile = async (reader: ServerReader, request: ReconcileRequest): Promise<Reconciliation> => {
  const {known, mitigations} = request;
  const facts = await reader.facts();
  const configuration = await loadConfiguration(reader, {
    configFolder: reader.configFolder,
    environment: facts.environment,
  });
  // What is needed does not depend on whether IIS can serve it now; planning says what is broken.
  const looking = {reader, configuration, facts, broken: []};
  const judged: (Judged & KnownMitigation)[] = [];
  const {only} = request.options;
  for (const one of mitigations.known.filter(({mitigation: {id}}) => only?.includes(id) ?? true)) {
    judged.push({...one, ...(await judgeMitigation(one.mitigation, known.state, looking))});
  }
  const texts = mitigations.known.map(({mitigation}) => mitigation);
  const leftovers = await leftoversOf(configuration, {state: known.state, mitigations: texts});
  const changed = judged.flatMap((one) => {
    const next = one.status === 'Obsolete' ? undefined : replacementOf(one, mitigations, facts);
    return next ? [{...one, next}] : [];
  });
  const replaced = new Set(changed.map(({mitigation: {id}}) => id));
  const again = judged.filter(
    ({mitigation: {id}, status}) => !replaced.has(id) && ['Missing', 'Drifted', 'Suspended'].includes(status),
  );
  const gone = judged.filter(({active, status}) => active !== undefined && status === 'Obsolete');
  const parts = await plansFor(reader, request, {
    again: [...again, ...changed.map(({next}) => next)],
    gone: [...gone, ...changed],
  });
  const rows = [
    ...judged.flatMap((one) => (replaced.has(one.mitigation.id) ? changedRow(one) : rowOf(one, parts.removing))),
    ...leftovers.map((one) => leftoverRow(one, judged)),
    ...judged.flatMap(machineRow),
    ...[...mitigations.unknown].map(unknownRow),
  ];
  const findings = await warnings(reader, {facts, gone: gone.map(({mitigation}) => mitigation.id), leftovers, judged});
  return {rows, sources: parts.sources, body: {...parts.body, findings: [...parts.body.findings, ...findings]}};
};

interface Wanted {
  readonly again: readonly KnownMitigation[];
  readonly gone: readonly Judged[];
}

const plansFor = async (
  reader: ServerReader,
  {known, options, prediction, readBackup}: ReconcileRequest,
  {again, gone}: Wanted,
): Promise<{body: PlanBody; sources: readonly LoadedSource[]; removing: ReadonlySet<string>}> => {
  const {state, runs} = known;
  const removal = await makeRollback(reader, {
    ids: gone.map(({mitigation}) => mitigation.id),
    state,
    runs,
    exact: false,
    fromBackup: false,
    accept: options.accept,
    readBackup,
    prediction,
  });
  const sources = [...new Set(again.map(({source}) => source))];
  const inputs = again.map(
    ({mitigation, source}): PlanInput => ({mitigation, source: sources.indexOf(source), asked: 'by-name'}),
  );
  const addition = await makePlan(reader, {
    inputs,
    signals: [],
    sources: sources.map(({source}): PlanSource => source),
    options,
    holds: state,
    allowedServices: allowedServices(await builtInCatalogue()),
    prediction,
  });
  const removing = new Set(removal.steps.flatMap(({because}) => because));
  const reasons = new Map(gone.map(({mitigation, need}) => [mitigation.id, need.reason]));
  return {body: together(addition, removal, {reasons, lastRun: runs.at(-1)?.runId ?? 'none'}), sources, removing};
};

/** A plan that reconciles is made stale by every run, also by one that failed and changed nothing. */
export const lastRunAssumed = 'the last run of stopgap';

/** One plan: what goes first, then what comes. Its files are predicted together. */
const together = (
  addition: PlanBody,
  removal: PlanBody,
  {reasons, lastRun}: {reasons: ReadonlyMap<string, string>; lastRun: string},
): PlanBody => ({
  ...addition,
  purpose: 'reconcile',
  sources: [...addition.sources, ...removal.sources],
  mitigations: [
    ...removal.mitigations.map(
      (one): PlannedMitigation => ({
        ...one,
        source: one.source + addition.sources.length,
        status: 'to-remove',
        reason: reasons.get(one.id) ?? one.reason,
      }),
    ),
    ...addition.mitigations,
  ],
  steps: [...removal.steps, ...addition.steps],
  findings: [...removal.findings, ...addition.findings],
  assumes: [...addition.assumes, {what: lastRunAssumed, value: lastRun}],
});

interface Circumstances {
  readonly facts: ServerFacts;
  readonly gone: readonly string[];
  readonly leftovers: readonly Leftover[];
  readonly judged: readonly Judged[];
}

/** What a plan cannot put right: a service that adds again what was removed, and what nobody asked to take over. */
const warnings = async (
  reader: ServerReader,
  {facts, gone, leftovers, judged}: Circumstances,
): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  for (const leftover of leftovers) {
    const {what, status, why} = leftoverRow(leftover, judged);
    const code = status === 'unknown' ? 'RECONCILE.UNKNOWN_RULE' : 'RECONCILE.LEFTOVER';
    const where = {file: leftover.at.file, line: leftover.line};
    found.push(note(code, `${what}: ${why}`, {where, concerns: leftover.mitigation ? [leftover.mitigation] : []}));
  }
  const service = gone.length === 0 ? undefined : await reader.service(reAddingService);
  if (service && service.state !== 'STOPPED') {
    const cmdlet = blockCmdlet(facts.hostName, gone);
    const message = `${service.displayName} runs and may add again what is removed, within the hour; in the Exchange Management Shell: ${cmdlet}`;
    found.push(warn('RECONCILE.WOULD_BE_READDED', message, {concerns: [...gone]}));
  }
  return found;
};

/** @throws Refusal APPLY.UNFINISHED_RUN: what a crash left half-way is put in order first */
export const requireFinished = ({state}: KnownState): void => {
  const refusal = interrupted(state);
  if (refusal) throw refusal;
};
