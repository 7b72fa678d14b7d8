import {escapeLine} from '../kit/escape-control.ts';
import {fileKey} from '../plan/holds.ts';
import type {Step} from '../plan/model.ts';
import {outcomeOf} from './checks.ts';
import type {Execution, Failure} from './execution.ts';
import {allHold, whatDiffers} from './look.ts';
import {runCommand} from './run-command.ts';

export type StepEnd = {readonly end: 'skipped' | 'done'} | ({readonly end: 'failed'} & Failure);

/** One step from its beginning: skipped where what it wants is true, refused where what it found is not. */
export const runStep = async (execution: Execution, step: Step): Promise<StepEnd> => {
  const {journal} = execution;
  const wanted = outcomeOf(step.commands);
  if (step.status === 'done') {
    const differing = await whatDiffers(execution, wanted);
    if (differing.length > 0) return fail(execution, step, beforeDiffers(step, differing));
    // Taking over what somebody else wrote: its exact text is kept, so that its removal can be undone.
    const unsaved = step.kind === 'adopt' ? await backUp(execution, step) : undefined;
    if (unsaved) return fail(execution, step, unsaved);
    await journal.append({type: 'step.skipped', step: step.id, why: 'planned-as-done'});
    return {end: 'skipped'};
  }
  if (wanted.length > 0 && (await allHold(execution, wanted))) {
    await journal.append({type: 'step.skipped', step: step.id, why: 'already-true'});
    return {end: 'skipped'};
  }
  // On disk before the server is touched; the line may not move.
  await journal.append({type: 'step.intended', step: step.id});
  const differing = await whatDiffers(execution, step.before);
  if (differing.length > 0) return fail(execution, step, beforeDiffers(step, differing));
  const unsaved = await backUp(execution, step);
  if (unsaved) return fail(execution, step, unsaved);
  return continueStep(execution, step, 0);
};

/** The commands of a step from one of them on; recovery begins in the middle. */
export const continueStep = async (execution: Execution, step: Step, from: number): Promise<StepEnd> => {
  const notesBefore = execution.notes.length;
  for (const [index, command] of step.commands.entries()) {
    if (index < from) continue;
    const failure = await runCommand(execution, {step: step.id, phase: 'do', index}, command);
    if (failure) return fail(execution, step, failure);
  }
  await execution.journal.append({type: 'step.done', step: step.id, notes: execution.notes.slice(notesBefore)});
  return {end: 'done'};
};

/** The bytes first, the line that speaks of them second: a line never names a copy that is not there. */
const backUp = async ({server, journal, backedUp, copies}: Execution, step: Step): Promise<Failure | undefined> => {
  for (const path of step.touches) {
    if (backedUp.has(fileKey(path))) continue;
    let copy: {sha256: string | null; size: number};
    try {
      const bytes = await server.readFile(path);
      copy = bytes ? {sha256: await journal.backUp(bytes), size: bytes.length} : {sha256: null, size: 0};
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return {code: 'APPLY.BACKUP_FAILED', message: escapeLine(`${path} cannot be backed up: ${reason}.`)};
    }
    await journal.append({type: 'file.backedUp', path, ...copy});
    backedUp.set(fileKey(path), path);
    if (copy.sha256 !== null) copies.set(fileKey(path), copy.sha256);
  }
  return undefined;
};

const beforeDiffers = (step: Step, differing: readonly string[]): Failure => ({
  code: 'APPLY.BEFORE_DIFFERS',
  message: `${escapeLine(step.label)}: the server is not what the plan was made for; it is not true that ${differing.join('; ')}.`,
});

const fail = async ({journal}: Execution, step: Step, failure: Failure): Promise<StepEnd> => {
  const {code, message, halt} = failure;
  if (!halt) await journal.append({type: 'step.failed', step: step.id, phase: 'do', code, message});
  return {end: 'failed', ...failure};
};
