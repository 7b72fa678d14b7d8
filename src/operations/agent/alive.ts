import type {AgentSettings} from '../settings/agent.ts';
import type {AgentMemory} from './memory.ts';

export interface Signs {
  readonly memory: Pick<AgentMemory, 'running' | 'nextCheck'>;
  readonly times: Pick<AgentSettings, 'firstCheck' | 'every' | 'jitter'>;
  readonly now: Date;
}

/** Until when a living agent has checked again; a check itself may take as long as the time between two. */
const due = ({memory: {running, nextCheck}, times}: Signs): number => {
  if (nextCheck !== null) return Date.parse(nextCheck) + times.jitter + times.every;
  return Date.parse(running?.startedAt ?? '') + times.firstCheck + times.jitter + times.every;
};

/** One that was started and has not ended, but should have checked again by now: it was killed, or hangs. */
export const isOverdue = (signs: Signs): boolean => signs.now.getTime() > due(signs);

/** As far as its memory tells: it was started, has not ended and is not overdue. */
export const isAlive = (signs: Signs): boolean => signs.memory.running !== null && !isOverdue(signs);
