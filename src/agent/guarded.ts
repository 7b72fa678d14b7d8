import {fileRefusal} from '../kit/file-refusal.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {Agent} from './agent.ts';

export const troubleOfLook = 'trouble of a look';
/** Of the whole server, by a check or by a look between two. */
const troubles = ['trouble/', troubleOfLook];

/** A part of a check that fails is said and does not stop the rest; a bug of ours least of all. */
export const guarded = async (
  ids: readonly string[],
  agent: Agent,
  work: () => Promise<void>,
  about = `trouble/${ids.join(' ')}`,
): Promise<void> => {
  const {voice, mind} = agent;
  try {
    await work();
    voice.over(about);
  } catch (cause) {
    // A disk that is full, or a file that cannot be read, is nobody's bug.
    const error = fileRefusal(cause) ?? cause;
    if (!isRefusal(error)) agent.onFault(`a check of ${ids.join(', ') || 'the server'}`, error);
    const code = isRefusal(error) ? error.code : 'AGENT.BUG';
    const message = error instanceof Error ? error.message : String(error);
    const state = `${code} ${message}`;
    // A look and a check of the whole server meet the same trouble: it is one.
    if (ids.length === 0 && troubles.some((one) => mind.memory().said[one] === state)) {
      return mind.change({said: {...mind.memory().said, [about]: state}});
    }
    await voice.tellOnce(about, state, () => ({
      is: 'failed',
      ids,
      code,
      message,
      run: null,
      mustDo: [],
    }));
  }
};
