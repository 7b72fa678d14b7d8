import type {Execution, Failure} from './execution.ts';
import type {StepReport} from './result.ts';

/** Between two steps: whether somebody asked to stop. A run that has touched nothing ends in order, as if refused. */
export const stopped = (
  {stop, touched}: Pick<Execution, 'stop' | 'touched'>,
  reports: ReadonlyMap<string, StepReport['outcome']>,
  steps: number,
): Failure | undefined => {
  if (!stop?.aborted) return undefined;
  const code = 'APPLY.STOPPED';
  if (touched.size === 0) return {code, message: `it was stopped (${stop.reason}) before it changed anything.`};
  const done = [...reports.values()].filter((outcome) => outcome === 'done' || outcome === 'skipped').length;
  return {
    code,
    message: `it was stopped (${stop.reason}) after step ${done} of ${steps}; that step is finished.`,
    halt: true,
  };
};

/** The same on the way back. */
export const stoppedOnTheWayBack = (stop: AbortSignal, done: number, steps: number): Failure => ({
  code: 'APPLY.STOPPED',
  message: `it was stopped (${stop.reason}) after ${done} of ${steps} steps were taken back.`,
  halt: true,
});
