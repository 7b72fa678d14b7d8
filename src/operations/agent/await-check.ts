import {setTimeout as pause} from 'node:timers/promises';
import {askForCheck} from './ask-for-check.ts';
import {type AgentMemory, readMemory} from './memory.ts';

const lookEveryMs = 250;

interface Patience {
  /** By the clock of the agent: a check that it was in already is not the one that was asked for. */
  readonly now: Date;
  readonly patienceMs: number;
}

/** Asks the agent that runs and waits until it has checked; `undefined`: it did not within that time. */
export const awaitCheck = async (stateDir: string, {now, patienceMs}: Patience): Promise<AgentMemory | undefined> => {
  // After a clock was set back the last check lies ahead, and is no answer either.
  const {lastCheck: before} = await readMemory(stateDir);
  await askForCheck(stateDir);
  for (let waited = 0; waited < patienceMs; waited += lookEveryMs) {
    await pause(lookEveryMs);
    const memory = await readMemory(stateDir);
    const {lastCheck} = memory;
    if (lastCheck !== null && lastCheck !== before && new Date(lastCheck) >= now) return memory;
  }
  return undefined;
};
