import {fileKey, resourceKey} from '../plan/holds.ts';
import type {Check, Step, StepCommand} from '../plan/model.ts';

/*
 * What the checks of a plan say about each other: which of them are about the same thing, and what is known to be true
 * at a point in the middle of a step. Pure; nobody looks at a server here.
 */

/** One text per thing that a check looks at; two checks of one subject contradict each other or say the same. */
export const subjectOf = (check: Check): string => {
  switch (check.check) {
    case 'element':
      return resourceKey({kind: 'element', at: check.at, was: 'absent'});
    case 'service-state':
    case 'service-start-type':
      return `${check.check}:${check.service.toLowerCase()}`;
    case 'app-pool-state':
    case 'app-pool-auto-start':
      return `${check.check}:${check.pool.toLowerCase()}`;
    case 'process':
      return `process:${check.image.toLowerCase()}`;
    case 'file':
      return `file:${fileKey(check.path)}`;
  }
};

/** What a command brings about, as far as its own checks tell. */
export const provenBy = (command: StepCommand): readonly Check[] => {
  switch (command.do) {
    case 'run':
      return command.after;
    case 'wait':
      return command.until;
    case 'look-again':
      return command.expect;
    case 'restore-file':
      return [{check: 'file', path: command.path, sha256: command.to}];
  }
};

const overlay = (known: readonly Check[], news: readonly Check[]): readonly Check[] => {
  const bySubject = new Map(known.map((check) => [subjectOf(check), check]));
  for (const check of news) bySubject.set(subjectOf(check), check);
  return [...bySubject.values()];
};

/** What holds after these commands: of each subject, what the last one says about it. */
export const outcomeOf = (commands: readonly StepCommand[]): readonly Check[] =>
  commands.map(provenBy).reduce(overlay, []);

export interface CommandPosition {
  readonly phase: 'do' | 'undo';
  readonly index: number;
  /** How many of the step's `commands` were reached before an undo began. */
  readonly reached: number;
}

/**
 * What was true of a command's own subjects before it ran: what the step found, changed by the commands before it.
 * Other subjects are left out, because what others do elsewhere meanwhile says nothing about this command. Empty where
 * the plan does not tell.
 */
export const expectedBefore = (step: Step, {phase, index, reached}: CommandPosition): readonly Check[] => {
  const command = (phase === 'do' ? step.commands : step.undo)[index];
  if (command === undefined) return [];
  if (command.do === 'restore-file') return [{check: 'file', path: command.path, sha256: command.from}];
  const earlier =
    phase === 'do' ? step.commands.slice(0, index) : [...step.commands.slice(0, reached), ...step.undo.slice(0, index)];
  const subjects = new Set(provenBy(command).map(subjectOf));
  return overlay(step.before, outcomeOf(earlier)).filter((check) => subjects.has(subjectOf(check)));
};
