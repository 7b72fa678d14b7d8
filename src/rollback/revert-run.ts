import {progressOf, type RunProgress} from '../journal/progress.ts';
import type {RecordedRun} from '../journal/store.ts';
import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';
import {note} from '../plan/finding.ts';
import {planFormatVersion} from '../plan/format-version.ts';
import {fileKey, resourceKey} from '../plan/holds.ts';
import type {Check, Finding, Plan, PlanBody, PlannedMitigation, Step, StepCommand} from '../plan/model.ts';
import {Prediction} from '../plan/predict.ts';
import type {ServerReader} from '../server/server.ts';
import {undoStep} from './undo-plan.ts';

/*
 * A run that reconciled, taken back: what it removed is there again, what it added is gone. Files that are still what it
 * left get their bytes back, because what it removed may have been written by other hands in another form than ours.
 */

interface Restore {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

interface Revert {
  readonly run: RecordedRun;
  readonly readBackup: (reference: string) => Promise<Uint8Array>;
}

export const makeRevert = async (reader: ServerReader, {run, readBackup}: Revert): Promise<PlanBody> => {
  const progress = progressOf(run.lines);
  const plan = progress.started?.plan;
  if (!plan || progress.finished?.outcome !== 'done') {
    throw new Refusal('ROLLBACK.NOTHING_ACTIVE', `run ${run.runId} changed nothing that could be taken back`);
  }
  const {restores, findings} = await restorable(reader, progress);
  const prediction = new Prediction(reader);
  const ids = plan.body.mitigations.map(({id}) => id);
  const restored = new Set(restores.map(({path}) => fileKey(path)));
  for (const {path, to} of restores) await prediction.replace(path, await readBackup(`${run.runId}/${to}`));
  const done = plan.body.steps.filter(({id}) => progress.steps.get(id)?.status === 'done').toReversed();
  const telling = withLastWord(done, restored);
  for (const step of telling) if (!byFile(step, restored)) await predict(prediction, step);
  const facts = await reader.facts();
  return {
    formatVersion: planFormatVersion,
    purpose: 'reconcile',
    server: {exchangeBuild: facts.exchange?.build ?? null, buildSource: facts.exchange?.buildSource ?? null},
    options: plan.body.options,
    sources: plan.body.sources,
    mitigations: plan.body.mitigations.map((mitigation) => swapped(mitigation, run.runId)),
    steps: [
      ...restores.map((restore) => restoreStep(restore, ids, run.runId)),
      ...telling.map((step) => reversed(step, {plan, restored})),
    ],
    predicted: prediction.diffs(),
    findings,
    accepted: [],
    assumes: [],
  };
};

const swapped = (mitigation: PlannedMitigation, runId: string): PlannedMitigation => {
  const reason = `run ${runId} is taken back`;
  if (mitigation.status === 'to-remove') return {...mitigation, status: 'planned', reason};
  if (mitigation.status === 'planned') return {...mitigation, status: 'to-remove', reason};
  return mitigation;
};

const restorable = async (
  reader: ServerReader,
  {backups, finished}: RunProgress,
): Promise<{restores: readonly Restore[]; findings: readonly Finding[]}> => {
  const restores: Restore[] = [];
  const findings: Finding[] = [];
  for (const {path, sha256: to} of backups.values()) {
    const left = finished?.files.find((file) => fileKey(file.path) === fileKey(path))?.sha256;
    const bytes = await reader.readFile(path);
    const now = bytes && sha256(bytes);
    if (to !== null && now !== undefined && now === left) {
      if (now !== to) restores.push({path, from: now, to});
    } else {
      const message = `${path} was changed by somebody since: what is taken back goes through appcmd, so that their change stays`;
      findings.push(note('ROLLBACK.NOT_EXACT', message));
    }
  }
  return {restores, findings};
};

const restoreStep = ({path, from, to}: Restore, because: readonly string[], runId: string): Step =>
  undoStep({
    id: `file/${path}/restore`,
    symbol: '~',
    label: `${path}: the bytes from before ${runId}`,
    because,
    resources: [],
    touches: [path],
    before: [{check: 'file', path, sha256: from}],
    commands: [{do: 'restore-file', path, from, to, backup: `${runId}/${to}`}],
    undo: [{do: 'restore-file', path, from: to, to: from, backup: `this/${from}`}],
  });

const elementsOf = ({resources}: Step) => resources.flatMap((one) => (one.kind === 'element' ? [one] : []));

/** Everything that a step changed stands in files that get their bytes back. */
const byFile = (step: Step, restored: ReadonlySet<string>): boolean => {
  const elements = elementsOf(step);
  return elements.length === step.resources.length && elements.every(({at}) => restored.has(fileKey(at.file)));
};

/**
 * An element that a run replaced stands in two of its steps, as what left and as what came. A file that gets its bytes
 * back undoes both at once: of such an element only the step that comes last here can still be seen.
 */
const withLastWord = (steps: readonly Step[], restored: ReadonlySet<string>): readonly Step[] =>
  steps.filter((step, index) => {
    const later = steps.slice(index + 1).filter((one) => byFile(one, restored));
    const keys = new Set(later.flatMap(({resources}) => resources.map(resourceKey)));
    return !byFile(step, restored) || !step.resources.some((resource) => keys.has(resourceKey(resource)));
  });

/** Only a removal is worth a diff here: what was added is found and removed by its address. */
const predict = async (prediction: Prediction, step: Step): Promise<void> => {
  if (step.symbol === '+') await prediction.remove(elementsOf(step).map(({at}) => at));
};

const provenBy = (commands: readonly StepCommand[]): readonly Check[] =>
  commands.flatMap((command) => {
    if (command.do === 'run') return command.after;
    return command.do === 'restore-file' ? [{check: 'file', path: command.path, sha256: command.to} as const] : [];
  });

const opposite = {'+': '-', '-': '+', '~': '~'} as const;

const reversed = (step: Step, {plan, restored}: {plan: Plan; restored: ReadonlySet<string>}): Step => ({
  ...step,
  id: `${step.id}:reversed`,
  // What brings back what was removed is no removal, and the journal tells the two apart by this.
  kind: step.kind === 'undo' ? 'restore-file' : 'undo',
  symbol: opposite[step.symbol],
  label: `back: ${step.label} (plan ${plan.planId.slice(0, 12)})`,
  // A file that gets its bytes back has brought it about before this step is looked at.
  status: byFile(step, restored) ? 'done' : 'to-do',
  disruption: [],
  declares: [],
  before: provenBy(step.commands),
  commands: step.undo,
  undo: step.commands.filter(({do: act}) => act === 'run' || act === 'restore-file'),
});
