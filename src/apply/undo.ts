import {escapeLine} from '../kit/escape-control.ts';
import type {Step, StepCommand} from '../plan/model.ts';
import {provenBy} from './checks.ts';
import {describeChecks, describeCommand} from './describe.ts';
import type {Execution, Failure} from './execution.ts';
import {healTorn} from './heal.ts';
import {runCommand} from './run-command.ts';
import {stoppedOnTheWayBack} from './stopped.ts';

export interface UndoEnd {
  readonly undone: readonly string[];
  /** Empty where everything was undone: a sentence for each thing that a person has to do. */
  readonly mustDo: readonly string[];
  readonly failure: Failure | undefined;
}

/**
 * Takes steps back in the order given, the latest first. The first undo that fails ends it: what came earlier may need
 * what came later, so going on could make things worse. A command whose after-checks hold runs nothing, which makes an
 * undo that was interrupted safe to begin again.
 */
export const undoSteps = async (execution: Execution, steps: readonly Step[]): Promise<UndoEnd> => {
  const undone: string[] = [];
  const {stop} = execution;
  // Who stopped the way there gets the whole way back: a step that Ctrl-C made fail must not stay half-done.
  const before = stop?.aborted === true;
  const unreadable = await healTorn(execution, steps);
  if (unreadable) {
    return {undone, mustDo: steps.flatMap((step) => whatToDo(step, step.undo)), failure: unreadable};
  }
  for (const [position, step] of steps.entries()) {
    if (stop?.aborted && !before && position > 0)
      return {undone, mustDo: [], failure: stoppedOnTheWayBack(stop, position, steps.length)};
    const end = await undoStep(execution, step);
    if (end) {
      const later = steps.slice(position + 1).flatMap((other) => whatToDo(other, other.undo));
      return {undone, mustDo: [...whatToDo(step, step.undo.slice(end.index)), ...later], failure: end.failure};
    }
    undone.push(step.id);
  }
  return {undone, mustDo: [], failure: undefined};
};

const undoStep = async (execution: Execution, step: Step): Promise<{index: number; failure: Failure} | undefined> => {
  const {journal, notes} = execution;
  const notesBefore = notes.length;
  if (step.undo.length === 0) return failed(execution, step, {index: 0, failure: noWayBack(step)});
  for (const [index, command] of step.undo.entries()) {
    const failure = await runCommand(execution, {step: step.id, phase: 'undo', index}, command);
    if (failure) return failed(execution, step, {index, failure});
  }
  await journal.append({type: 'step.undone', step: step.id, notes: notes.slice(notesBefore)});
  return undefined;
};

const failed = async (
  {journal}: Execution,
  step: Step,
  end: {index: number; failure: Failure},
): Promise<{index: number; failure: Failure}> => {
  const {code, message, halt} = end.failure;
  if (!halt) await journal.append({type: 'step.failed', step: step.id, phase: 'undo', code, message});
  return end;
};

const noWayBack = (step: Step): Failure => ({
  code: 'APPLY.NO_WAY_BACK',
  message: `The plan holds no way back for "${escapeLine(step.label)}".`,
});

/** What is left of taking a step back, as sentences for a person. */
export const whatToDo = (step: Step, commands: readonly StepCommand[]): readonly string[] => {
  const label = escapeLine(step.label);
  const acts = commands.filter(({do: kind}) => kind === 'run' || kind === 'restore-file');
  if (acts.length === 0) return [`Take back by hand: ${label}. See its line in the plan of this run.`];
  return acts.map((command) => {
    const proof = describeChecks(provenBy(command));
    return `Take back "${label}": ${describeCommand(command)}${proof === '' ? '' : `, until it is true that ${proof}`}.`;
  });
};
