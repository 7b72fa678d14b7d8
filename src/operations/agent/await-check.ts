import {setTimeout as pause} from 'node:timers/promises';
import {askForCheck} from './ask-for-check.ts';
import {type AgentMemory, readMemory} from './memory.ts';

const lookEveryMs = 250;

/** Asks the agent that runs and waits until it has checked; `undefined`: it did not within that time. */
export const awaitCheck = async (stateDir: string, patienceMs: number): Promise<AgentMemory | undefined> => {
  const before = (await readMemory(stateDir)).lastCheck;
  await askForCheck(stateDir);
  for (let waited = 0; waited < patienceMs; waited += lookEveryMs) {
    await pause(lookEveryMs);
    const memory = await readMemory(stateDir);
    if (memory.lastCheck !== before) return memory;
  }
  return undefined;
};
