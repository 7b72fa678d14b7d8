import {readState} from '../operations/state.ts';
import type {GlobalArgs} from './command.ts';
import {atHere, hereFrom} from './here.ts';

/** A line for whoever plans on a server that a run left half-changed: no plan says anything worth while there. */
export const interruptedWarning = async (
  stateDir: string,
  args: Pick<GlobalArgs, 'server' | 'state-dir'>,
): Promise<readonly string[]> => {
  const {unfinished} = (await readState(stateDir)).state;
  if (unfinished === undefined) return [];
  const {runId} = unfinished;
  return [
    `warning: run ${runId} was interrupted and is not in order yet; first: ${atHere('stopgap recover', hereFrom(args))}`,
  ];
};
