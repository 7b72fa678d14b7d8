import {progressOf} from '../journal/progress.ts';
import {note} from '../plan/finding.ts';
import {planFormatVersion} from '../plan/format-version.ts';
import {fileKey} from '../plan/holds.ts';
import type {Finding, PlanBody, PlannedMitigation, PlanSource, Resource, Step} from '../plan/model.ts';
import {Prediction} from '../plan/predict.ts';
import type {ServerReader} from '../server/server.ts';
import {type ExactRestore, exactRestores} from './exact.ts';
import {type Kept, type Release, releasesOf} from './releases.ts';
import type {RollbackRequest} from './request.ts';
import {isElementRelease, undoElements} from './undo-elements.ts';
import type {Undoing, UndoPlan} from './undo-plan.ts';
import {undoStep} from './undo-plan.ts';
import {isPoolRelease, undoPool} from './undo-pools.ts';
import {isServiceRelease, undoServices} from './undo-services.ts';

/**
 * The way back as a plan: what our runs really did for these mitigations, in reverse, and nothing that another active
 * mitigation still needs. The same executor runs it.
 */
export const makeRollback = async (reader: ServerReader, request: RollbackRequest): Promise<PlanBody> => {
  const {only = () => true, purpose = 'rollback'} = request;
  const all = releasesOf(request);
  const released = all.released.filter(({resource}) => only(resource));
  const kept = all.kept.filter(({resource}) => only(resource));
  const prediction = request.prediction ?? new Prediction(reader);
  const exact = await exactRestores(request, reader);
  const restored = new Set(exact.restores.map(({path}) => fileKey(path)));
  const undoing: Undoing = {reader, prediction, restored};
  for (const {path, backup} of exact.restores) await prediction.replace(path, await request.readBackup(backup));
  const parts: UndoPlan[] = [];
  for (const group of byStep(released)) parts.push(await undoGroup(group, undoing));
  const facts = await reader.facts();
  const {mitigations, sources} = describe(request);
  return {
    formatVersion: planFormatVersion,
    purpose,
    server: {exchangeBuild: facts.exchange?.build ?? null, buildSource: facts.exchange?.buildSource ?? null},
    options: {place: null},
    sources,
    mitigations,
    steps: [
      ...exact.restores.map((restore) => restoreStep(restore, request, released)),
      ...parts.flatMap(({steps}) => steps),
    ],
    predicted: prediction.diffs(),
    findings: [...kept.map(stillNeeded), ...exact.findings, ...parts.flatMap(({findings}) => findings)],
    accepted: request.accept.map(({code, reason}) => ({code, reason})),
    assumes: [],
  };
};

/** What one step changed is undone together, as long as it is of one kind. */
const byStep = (released: readonly Release[]): readonly (readonly Release[])[] => {
  const groups = new Map<string, Release[]>();
  for (const release of released) {
    const key = `${release.plan.planId} ${release.step.id} ${release.resource.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), release]);
  }
  return [...groups.values()];
};

const undoGroup = async (group: readonly Release[], undoing: Undoing): Promise<UndoPlan> => {
  const pools: UndoPlan[] = [];
  for (const release of group.filter(isPoolRelease)) pools.push(await undoPool(release, undoing));
  const services = await undoServices(group.filter(isServiceRelease), undoing);
  const elements = await undoElements(group.filter(isElementRelease), undoing);
  const all = [...pools, services, elements];
  return {steps: all.flatMap(({steps}) => steps), findings: all.flatMap(({findings}) => findings)};
};

const restoreStep = (
  {path, from, to, backup, runs}: ExactRestore,
  {ids}: RollbackRequest,
  released: readonly Release[],
): Step =>
  undoStep({
    id: `file/${path}/restore`,
    symbol: '~',
    label: `${path}: the bytes from before ${runs[0]}`,
    because: ids,
    resources: released.map(({resource}) => resource).filter((resource) => standsIn(resource, path)),
    touches: [path],
    before: [{check: 'file', path, sha256: from}],
    commands: [{do: 'restore-file', path, from, to, backup}],
    // The run that executes this has a copy of what it replaces.
    undo: [{do: 'restore-file', path, from: to, to: from, backup: `this/${from}`}],
  });

const standsIn = (resource: Resource, path: string): boolean =>
  resource.kind === 'element' && fileKey(resource.at.file) === fileKey(path);

const nameOf = (resource: Resource): string => {
  switch (resource.kind) {
    case 'service':
      return `service ${resource.service}`;
    case 'app-pool':
      return `application pool ${resource.pool}`;
    case 'element':
      return `${resource.at.element} "${Object.values(resource.at.keys).join(', ')}"`;
  }
};

const stillNeeded = ({resource, by}: Kept): Finding =>
  note(
    'ROLLBACK.STILL_NEEDED',
    `${nameOf(resource)} stays as it is: ${by.join(', ')} still ${by.length === 1 ? 'needs' : 'need'} it`,
  );

/** The mitigations as the runs that applied them described them, with their sources. */
const describe = ({ids, state, runs}: RollbackRequest): {mitigations: PlannedMitigation[]; sources: PlanSource[]} => {
  const sources: PlanSource[] = [];
  const mitigations = ids.flatMap((id): readonly PlannedMitigation[] => {
    const active = state.mitigations.get(id);
    const run = runs.find(({runId}) => runId === active?.run);
    const body = run && progressOf(run.lines).started?.plan.body;
    const planned = body?.mitigations.find((mitigation) => mitigation.id === id);
    const source = planned && body?.sources[planned.source];
    if (!active || !planned || !source) return [];
    const known = sources.findIndex(({digest}) => digest === source.digest);
    if (known === -1) sources.push(source);
    return [{...planned, source: known === -1 ? sources.length - 1 : known, reason: `applied by run ${active.run}`}];
  });
  return {mitigations, sources};
};
