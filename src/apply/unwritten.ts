import type {CommandRef} from '../journal/model.ts';
import type {RunProgress} from '../journal/progress.ts';
import type {Step} from '../plan/model.ts';
import {expectedBefore, provenBy} from './checks.ts';
import {toolIsGone} from './child.ts';
import type {Execution} from './execution.ts';
import {allHold} from './look.ts';

/*
 * A disk that loses what it had called written takes lines of the journal with it: a command may have run of which no line
 * tells. It can only have been one of the step that was announced last, and it shows: what it brings about is true, what was
 * there before is not.
 */

/** Commands of the announced step that ran although no line says so, in their order. */
export const unwrittenCommands = async (
  execution: Execution,
  steps: readonly Step[],
  progress: RunProgress,
): Promise<readonly CommandRef[]> => {
  if (progress.open !== undefined || progress.undoing) return [];
  const step = steps.findLast(({id}) => progress.steps.has(id));
  const known = step && progress.steps.get(step.id);
  if (!step || known?.status !== 'begun') return [];
  const found: CommandRef[] = [];
  for (const [index, command] of step.commands.entries()) {
    if (index <= known.lastDo || command.do !== 'run') continue;
    if (!(await toolIsGone(execution.server, command.command.tool))) return found;
    const before = expectedBefore(step, {phase: 'do', index, reached: index});
    const after = provenBy(command);
    const ran = after.length > 0 && before.length > 0 && (await allHold(execution, after));
    if (!ran || (await allHold(execution, before))) return found;
    found.push({step: step.id, phase: 'do', index});
  }
  return found;
};

/** The progress that the journal would tell if those lines were there. */
export const withUnwritten = (progress: RunProgress, found: readonly CommandRef[]): RunProgress => {
  const steps = new Map(progress.steps);
  for (const {step, index} of found) steps.set(step, {status: 'begun', touched: true, lastDo: index});
  return {...progress, steps};
};
