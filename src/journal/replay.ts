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
    if (run.started.plan.body.purpose === 'apply') hold(found, run);
    else release(found, run);
    followFiles(found, run);
  }
  const unfinished = runs.find(({progress}) => progress.finished === undefined);
  const summaries = runs.map(summaryOf);
  return {
    ...found,
    unfinished: unfinished && {runId: unfinished.runId, progress: unfinished.progress},
    pendingConfirms: runs.flatMap((run) => pendingConfirm(run, found.mitigations)),
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

const hold = (found: Replay, run: BegunRun): void => {
  if (restored(run)) return;
  for (const step of run.started.plan.body.steps) {
    const progress = run.progress.steps.get(step.id);
    if (progress === undefined || !stands(progress)) continue;
    holdResources(found, run, step);
    for (const id of step.because) holdMitigation(found, run, {id, step: step.id, ours: progress.status !== 'skipped'});
  }
};

const holdResources = ({resources}: Replay, run: BegunRun, step: Step): void => {
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
  mitigations.set(id, {...active, steps: [...active.steps, {run: run.runId, step, ours}], complete: complete(run)});
};

/**
 * A rollback that finished lets go of everything that its mitigations held, also of what others go on holding. One that
 * stopped half-way lets go of what its finished steps name.
 */
const release = (found: Replay, run: BegunRun): void => {
  const {body} = run.started.plan;
  if (restored(run)) return;
  if (complete(run)) {
    const ids = body.mitigations.map(({id}) => id);
    for (const key of found.resources.keys()) letGo(found, key, ids);
    for (const id of ids) found.mitigations.delete(id);
    return;
  }
  for (const step of body.steps) {
    if (run.progress.steps.get(step.id)?.status !== 'done') continue;
    for (const resource of step.resources) letGo(found, resourceKey(resource), step.because);
    for (const id of step.because) {
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
): readonly PendingConfirm[] => {
  const {deadline, confirmed, finished} = run.progress;
  if (deadline === undefined || confirmed) return [];
  const waits = finished === undefined || finished.outcome === 'done';
  const standing = [...mitigations.values()].some(({steps}) => steps.some((step) => step.run === run.runId));
  return waits && (standing || finished === undefined) ? [{run: run.runId, deadline}] : [];
};

const summaryOf = ({runId, started, progress: {finished}}: BegunRun): RunSummary => ({
  runId,
  planId: started.planId,
  kind: started.kind,
  startedAt: started.at,
  by: started.by,
  reason: started.reason,
  outcome: finished?.outcome,
  finishedAt: finished?.at,
});
