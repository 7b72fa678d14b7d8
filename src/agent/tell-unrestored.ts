import {readState} from '../operations/state.ts';
import {unrestoredOf} from '../operations/unrestored.ts';
import type {Agent} from './agent.ts';

const about = 'unrestored/';

/** Says of each run that failed and could not be taken back, once, that nothing more is changed until a person has acted. */
export const tellUnrestored = async ({context, mind, voice}: Agent): Promise<void> => {
  const open = unrestoredOf(await readState(context.stateDir));
  for (const key of Object.keys(mind.memory().said)) {
    if (key.startsWith(about) && open.every(({run}) => key !== about + run)) voice.over(key);
  }
  for (const {run, ids, message} of open) {
    await voice.tellOnce(about + run, run, () => ({is: 'unfinished', run, recovered: false, message, ids}));
  }
};
