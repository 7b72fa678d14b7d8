import {progressOf} from '../journal/progress.ts';
import type {PlanBody} from '../plan/model.ts';
import type {KnownState} from './state.ts';

/** A run that failed and could not be taken back: neither what it wanted nor what was before stands on the server. */
export interface UnrestoredRun {
  readonly run: string;
  /** The mitigations that nobody has put in order since; never empty. */
  readonly ids: readonly string[];
  /** Why taking it back ended. */
  readonly message: string;
}

const changedBy = ({purpose, mitigations}: PlanBody): readonly string[] =>
  mitigations
    .filter(({status}) => purpose === 'rollback' || purpose === 'prepare-upgrade' || changes.has(status))
    .map(({id}) => id);

const changes: ReadonlySet<string> = new Set(['planned', 'to-remove']);

/**
 * The runs that wait for a person, oldest first. A mitigation is in order again when a later run that changes it has
 * succeeded, a rollback for one. What is not in our books, a leftover of others, could not be rolled back, and is not waited
 * for. Pure.
 */
export const unrestoredOf = ({runs, state}: KnownState): readonly UnrestoredRun[] => {
  const open = new Map<string, {readonly message: string; readonly ids: readonly string[]}>();
  for (const {runId, lines} of runs) {
    const {started, finished} = progressOf(lines);
    if (!started || !finished) continue;
    const ids = changedBy(started.plan.body);
    if (finished.outcome === 'not-restored') {
      const failure = lines.findLast((line) => line.type === 'step.failed');
      open.set(runId, {ids, message: failure?.type === 'step.failed' ? failure.message : ''});
    }
    if (finished.outcome !== 'done' && finished.outcome !== 'nothing-to-do') continue;
    for (const [run, {message, ids: left}] of open) {
      open.set(run, {message, ids: left.filter((id) => !ids.includes(id))});
    }
  }
  return [...open]
    .map(([run, {ids, message}]) => ({run, message, ids: ids.filter((id) => state.mitigations.has(id))}))
    .filter(({ids}) => ids.length > 0);
};

/** Whether what that run changed is what another one has left half done, in taking it back for instance. */
export const isUnrestored = (run: string, known: KnownState): boolean => {
  const plan = progressOf(known.runs.find(({runId}) => runId === run)?.lines ?? []).started?.plan;
  const open = new Set(unrestoredOf(known).flatMap(({ids}) => ids));
  return plan !== undefined && changedBy(plan.body).some((id) => open.has(id));
};

/** What a person types to put such a run in order. */
export const commandsFor = ({ids}: Pick<UnrestoredRun, 'ids'>): readonly string[] =>
  ids.map((id) => `stopgap rollback ${id}`);

/** Why an agent stands still, and until when. */
export const heldUntil = (run: Pick<UnrestoredRun, 'ids'>): string =>
  `The agent changes nothing on this server until a person has put that in order, by: ${commandsFor(run).join(', ')}`;
