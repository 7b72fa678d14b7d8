import {type AgentMemory, readMemory, writeMemory} from '../operations/agent/memory.ts';
import type {Agent} from './agent.ts';

/** What the agent knows of before, and what of it changes; on disk when `save` resolves. */
export interface Mind {
  readonly memory: () => AgentMemory;
  readonly change: (changed: Partial<AgentMemory>) => void;
  readonly save: () => Promise<void>;
}

/** A disk that is full takes the memory away and not the agent. */
export const remember = async ({mind, onFault}: Pick<Agent, 'mind' | 'onFault'>): Promise<void> => {
  try {
    await mind.save();
  } catch (error) {
    onFault('remembering what was said', error);
  }
};

export const openMind = async (stateDir: string): Promise<Mind> => {
  let memory = await readMemory(stateDir);
  let saved = memory;
  return {
    memory: () => memory,
    change: (changed) => {
      memory = {...memory, ...changed};
    },
    save: async () => {
      if (memory === saved) return;
      await writeMemory(stateDir, memory);
      saved = memory;
    },
  };
};
