import {isRefusal} from '../kit/refusal.ts';
import type {Agent} from './agent.ts';

/** A part of a check that fails is said and does not stop the rest; a bug of ours least of all. */
export const guarded = async (
  ids: readonly string[],
  agent: Agent,
  work: () => Promise<void>,
  about = `trouble/${ids.join(' ')}`,
): Promise<void> => {
  const {voice} = agent;
  try {
    await work();
    voice.over(about);
  } catch (error) {
    if (!isRefusal(error)) agent.onFault(`a check of ${ids.join(', ') || 'the server'}`, error);
    const code = isRefusal(error) ? error.code : 'AGENT.BUG';
    const message = error instanceof Error ? error.message : String(error);
    await voice.tellOnce(about, `${code} ${message}`, () => ({
      is: 'failed',
      ids,
      code,
      message,
      run: null,
      mustDo: [],
    }));
  }
};
