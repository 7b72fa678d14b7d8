import type {Standing} from '../operations/agent/standing.ts';
import type {Agent} from './agent.ts';

/**
 * Whether there is something that could be applied: it is needed and not there, not there any more, or there in an older
 * text. What others brought about, what is broken, suspended or not needed is a person's.
 */
export const wants = ({status, changed, known}: Standing): boolean => {
  if (!known) return false;
  if (status === 'Not applied' || status === 'Missing' || status === 'Drifted') return true;
  return changed && (status === 'Active' || status === 'Applied');
};

/** There is nothing to be done about it now. */
export const forget = (id: string, {mind, voice}: Agent): void => {
  const {[id]: before, ...waiting} = mind.memory().waiting;
  if (before) mind.change({waiting});
  voice.over(`waiting/${id}`);
  voice.over(`two-writers/${id}`);
  voice.over(`failed/${id}`);
};
