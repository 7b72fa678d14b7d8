import {fileKey, type HeldResource, resourceKey} from '../plan/holds.ts';
import type {Step} from '../plan/model.ts';
import type {LineOf} from './model.ts';
import {progressOf, type RunProgress, type StepProgress} from './progress.ts';
import type {ActiveMitigation, FileChange, PendingConfirm, RunSummary, State} from './state.ts';
import type {RecordedRun} from './store.ts';

interface Replay {
  readonly resources: Map<string, HeldResource>;
  readonly mitigations: Map<string, ActiveMitigation>;
  readonly files: Map<string, readonly FileChange[]>;
}

interface BegunRun {
  readonly runId: string;
  readonly started: LineOf<'run.started'>;
  readonly progress: RunProgress;
}

/** The state of a server: what all its journals, oldest first, add up to. */
export const replay = (recorded: readonly RecordedRun[]): State => {
  const found: Replay = {resources: new Map(), mitigations: new Map(), files: new Map()};
  const runs = recorded.flatMap(({runId, lines}): BegunRun[] => {
    const progress = progressOf(lines);
    // A run whose first line did not reach the disk did nothing.
    return progress.started === undefined ? [] : [{runId, started: progress.started, progress}];
  });
  for (const run of runs) {
    const {purpose} = run.started.plan.body;
    if (purpose === 'prepare-upgrade') suspend(found, run);
    if (purpose === 'rollback' || purpose === 'reconcile') release(found, run);
    if (purpose === 'apply' || purpose === 'reconcile') hold(found, run);
    followFiles(found, run);
  }
  const unfinished = runs.find(({progress}) => progress.finished === undefined);
  const summaries = runs.map((run) => summaryOf(run, runs));
  return {
    ...found,
    unfinished: unfinished && {runId: unfinished.runId, progress: unfinished.progress},
    pendingConfirms: runs.flatMap((run) => pendingConfirm(run, found.mitigations, runs)),
    lastFinished: summaries.findLast(({outcome}) => outcome === 'done'),
    runs: summaries,
  };
};

/** Whether what the step wants is, as far as the journal knows, on the server: surely, or in part. */
const stands = ({status, touched}: StepProgress): boolean =>
  status === 'done' || status === 'skipped' || (touched && status !== 'undone');

const restored = ({progress}: BegunRun): boolean =>
  progress.finished?.outcome === 'restored' || progress.finished?.outcome === 'refused';

const complete = ({progress}: BegunRun): boolean =>
  progress.finished?.outcome === 'done' || progress.finished?.outcome === 'nothing-to-do';

/** The mitigations that a run takes away; what else stands in its plan it puts there or keeps. */
const leaving = ({started}: BegunRun): ReadonlySet<string> => {
  const {purpose, mitigations} = started.plan.body;
  if (purpose === 'rollback') return new Set(mitigations.map(({id}) => id));
  return new Set(mitigations.filter(({status}) => status === 'to-remove').map(({id}) => id));
};

const hold = (found: Replay, run: BegunRun): void => {
  if (restored(run)) return;
  const gone = leaving(run);
  const {steps, mitigations} = run.started.plan.body;
  const coming = new Set(mitigations.filter(({status}) => status === 'planned').map(({id}) => id));
  for (const step of steps) {
    const progress = run.progress.steps.get(step.id);
    if (progress === undefined || !stands(progress)) continue;
    // One that is replaced by another text of itself leaves and comes in one run.
    const ids = step.because.filter((id) => !gone.has(id) || (coming.has(id) && step.kind !== 'undo'));
    if (ids.length > 0) holdResources(found, run, {resources: step.resources, because: ids});
    for (const id of ids) holdMitigation(found, run, {id, step: step.id, ours: progress.status !== 'skipped'});
  }
};

/** Their services and pools run again for the time of an upgrade; what they are to be restored to stays known. */
const suspend = ({mitigations}: Replay, run: BegunRun): void => {
  if (restored(run)) return;
  for (const {id} of run.started.plan.body.mitigations) {
    const active = mitigations.get(id);
    if (active) mitigations.set(id, {...active, suspendedBy: run.runId});
  }
};

const holdResources = ({resources}: Replay, run: BegunRun, step: Pick<Step, 'resources' | 'because'>): void => {
  for (const resource of step.resources) {
    const key = resourceKey(resource);
    const held = resources.get(key) ?? {first: resource, run: run.runId, holders: []};
    resources.set(key, {...held, holders: [...new Set([...held.holders, ...step.because])]});
  }
};

const holdMitigation = (
  {mitigations}: Replay,
  run: BegunRun,
  {id, step, ours}: {id: string; step: string; ours: boolean},
): void => {
  const active = mitigations.get(id) ?? {run: run.runId, since: run.started.at, steps: []};
  const steps = [...active.steps, {run: run.runId, step, ours}];
  mitigations.set(id, {...active, steps, complete: complete(run), suspendedBy: undefined});
};

/**
 * A rollback that finished lets go of everything that its mitigations held, also of what others go on holding. One that
 * stopped half-way lets go of what its finished steps name.
 */
const release = (found: Replay, run: BegunRun): void => {
  const {body} = run.started.plan;
  if (restored(run)) return;
  const gone = leaving(run);
  if (complete(run)) {
    for (const key of found.resources.keys()) letGo(found, key, [...gone]);
    for (const id of gone) found.mitigations.delete(id);
    return;
  }
  for (const step of body.steps) {
    if (run.progress.steps.get(step.id)?.status !== 'done') continue;
    const because = step.because.filter((id) => gone.has(id));
    for (const resource of step.resources) letGo(found, resourceKey(resource), because);
    for (const id of because) {
      const active = found.mitigations.get(id);
      if (active) found.mitigations.set(id, {...active, complete: false});
    }
  }
};

const letGo = ({resources}: Replay, key: string, ids: readonly string[]): void => {
  const held = resources.get(key);
  if (held === undefined) return;
  const holders = held.holders.filter((id) => !ids.includes(id));
  if (holders.length === 0) resources.delete(key);
  else resources.set(key, {...held, holders});
};

const followFiles = ({files}: Replay, {runId, progress}: BegunRun): void => {
  for (const {path, sha256} of progress.backups.values()) {
    const key = fileKey(path);
    const after = progress.finished?.files.find((file) => fileKey(file.path) === key)?.sha256;
    files.set(key, [...(files.get(key) ?? []), {path, run: runId, before: sha256, after}]);
  }
};

/** A confirm ends when it is given, when its run was restored, and when nothing of its run stands any more. */
const pendingConfirm = (
  run: BegunRun,
  mitigations: ReadonlyMap<string, ActiveMitigation>,
  runs: readonly BegunRun[],
): readonly PendingConfirm[] => {
  const {deadline, confirmed, finished} = run.progress;
  if (deadline === undefined || confirmed) return [];
  const waits = finished === undefined || finished.outcome === 'done';
  // What a reconciling run removed stands nowhere: it is over when that run was taken back.
  const standing =
    run.started.plan.body.purpose === 'reconcile'
      ? revertOf(run, runs) === undefined
      : [...mitigations.values()].some(({steps}) => steps.some((step) => step.run === run.runId));
  return waits && (standing || finished === undefined) ? [{run: run.runId, deadline}] : [];
};

const revertOf = ({runId}: BegunRun, runs: readonly BegunRun[]): string | undefined =>
  runs.findLast((run) => run.started.reverts === runId && complete(run))?.runId;

const summaryOf = (run: BegunRun, runs: readonly BegunRun[]): RunSummary => {
  const {runId, started, progress} = run;
  const {finished, expiry, notTakenBack} = progress;
  return {
    runId,
    planId: started.planId,
    kind: started.kind,
    purpose: started.plan.body.purpose,
    revertedBy: revertOf(run, runs),
    reverts: started.reverts,
    startedAt: started.at,
    by: started.by,
    reason: started.reason,
    outcome: finished?.outcome,
    finishedAt: finished?.at,
    expiry: expiry && {deadline: expiry.deadline, actor: expiry.actor, failed: notTakenBack?.message},
  };
};
