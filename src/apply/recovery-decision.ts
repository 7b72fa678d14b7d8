import type {OpenCommand, RunProgress} from '../journal/progress.ts';
import type {Step} from '../plan/model.ts';
import type {Position} from './carry-out.ts';

/*
 * What to do about a run that a crash interrupted. Pure. The rule is that of Prisma's ADR 037: look at the last command
 * that was intended and of which nobody knows how it ended.
 */

export type Verdict = 'finished' | 'never-ran' | 'diverged';

/** The two bits: whether what the command should bring about holds, and whether what was there before it still does. */
export const recoveryVerdict = (seen: {readonly before: boolean; readonly after: boolean}): Verdict =>
  seen.after ? 'finished' : seen.before ? 'never-ran' : 'diverged';

export type RecoveryChoice = 'undo' | 'complete';

export type RecoveryAction =
  /** Neither state was found: a person has to look. */
  {readonly act: 'stop'} | {readonly act: 'undo'} | {readonly act: 'continue'; readonly from: Position};

export interface RecoveryQuestion {
  readonly steps: readonly Step[];
  readonly progress: RunProgress;
  /** Of `progress.open`; `undefined` where there is none. */
  readonly verdict: Verdict | undefined;
  readonly choice: RecoveryChoice;
}

/** A run that was already taking itself back is never turned round: it had a reason. */
export const recoveryAction = ({steps, progress, verdict, choice}: RecoveryQuestion): RecoveryAction => {
  if (verdict === 'diverged') return {act: 'stop'};
  if (choice === 'undo' || progress.undoing) return {act: 'undo'};
  const ended = (id: string): boolean => ['done', 'skipped'].includes(progress.steps.get(id)?.status ?? '');
  const step = steps.findIndex(({id}) => !ended(id));
  const current = steps[step];
  if (current === undefined) return {act: 'continue', from: {step: steps.length, command: 0}};
  const lastDo = progress.steps.get(current.id)?.lastDo ?? -1;
  const again = progress.open !== undefined && verdict === 'never-ran';
  return {act: 'continue', from: {step, command: again ? lastDo : lastDo + 1}};
};

/** Only what changes something can have been cut off half-way; waiting is simply done again. */
export const needsVerdict = (steps: readonly Step[], {ref}: OpenCommand): boolean => {
  const step = steps.find(({id}) => id === ref.step);
  const command = (ref.phase === 'do' ? step?.commands : step?.undo)?.[ref.index];
  return command?.do === 'run' || command?.do === 'restore-file';
};
