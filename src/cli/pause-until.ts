import {setTimeout} from 'node:timers/promises';

/** Pauses, and no longer than until somebody asks to stop. */
export const pauseUntil =
  (stop: AbortSignal) =>
  async (milliseconds: number): Promise<void> => {
    try {
      await setTimeout(milliseconds, undefined, {signal: stop});
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  };
