import type {AgentMemory} from '../operations/agent/memory.ts';
import {check} from './check.ts';
import {type AgentOptions, openAgent} from './run-agent.ts';

/**
 * One check by somebody who asked, where no agent lives on the server; `undefined`: one does, and has to be asked itself.
 */
export const checkOnce = async (options: AgentOptions): Promise<AgentMemory | undefined> => {
  const release = await options.context.server.lock('agent');
  if (!release) return undefined;
  try {
    const agent = await openAgent(options);
    await check({cause: 'asked', nextOf: () => null}, agent);
    return agent.mind.memory();
  } finally {
    await release();
  }
};
