import type {CommandRef} from '../journal/model.ts';
import type {StepCommand} from '../plan/model.ts';
import type {Execution, Outcome, Placed} from './execution.ts';
import {pollUntil, whatDiffers} from './look.ts';
import {restoreFile} from './restore-file.ts';
import {runTool} from './run-tool.ts';

/** Carries out one command of a step, forwards or back, and proves it. */
export const runCommand = (execution: Execution, ref: CommandRef, command: StepCommand): Outcome => {
  switch (command.do) {
    case 'run':
      return runTool(execution, {ref, command});
    case 'wait':
      return wait(execution, {ref, command});
    case 'look-again':
      return lookAgain(execution, {ref, command});
    case 'restore-file':
      return restoreFile(execution, {ref, command});
  }
};

/** Waiting changes nothing, but the journal says why nothing seems to happen. */
const watched = async <T>(
  {journal, server}: Execution,
  {ref, command}: Placed<Extract<StepCommand, {do: 'wait' | 'look-again'}>>,
  look: () => Promise<T>,
): Promise<T> => {
  const act =
    command.do === 'wait'
      ? ({do: 'wait', why: command.why} as const)
      : ({do: 'look-again', afterMs: command.afterMs} as const);
  await journal.append({type: 'command.intended', ...ref, attempt: 1, act});
  const began = server.clock.now().getTime();
  const result = await look();
  const durationMs = Math.max(0, server.clock.now().getTime() - began);
  await journal.append({type: 'command.done', exitCode: null, stdout: '', durationMs, error: null});
  return result;
};

const wait = async (execution: Execution, placed: Placed<Extract<StepCommand, {do: 'wait'}>>): Outcome => {
  const {until, timeoutMs} = placed.command;
  const differing = await watched(execution, placed, () => pollUntil(execution, until, {timeoutMs}));
  if (differing.length === 0) return undefined;
  return {
    code: 'APPLY.WAIT_TIMED_OUT',
    message: `After ${timeoutMs / 1000} seconds it is not true that ${differing.join('; ')}.`,
  };
};

const lookAgain = async (execution: Execution, placed: Placed<Extract<StepCommand, {do: 'look-again'}>>): Outcome => {
  const {afterMs, expect} = placed.command;
  const differing = await watched(execution, placed, async () => {
    await execution.server.clock.sleep(afterMs);
    return whatDiffers(execution, expect);
  });
  if (differing.length === 0) return undefined;
  return {
    code: 'APPLY.NOT_LASTING',
    message: `${afterMs / 1000} seconds later it is no longer true that ${differing.join('; ')}: somebody changed it back.`,
  };
};
