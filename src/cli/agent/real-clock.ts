import type {AgentClock} from '../../agent/agent.ts';
import type {Server} from '../../server/server.ts';

/** The time of the server, and real waiting: a sandbox lets its own time leap, but an agent lives in ours. */
export const realClock = ({clock}: Pick<Server, 'clock'>): AgentClock => ({
  now: () => clock.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
    }),
});
