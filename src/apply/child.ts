import type {StartedProcess} from '../server/command.ts';
import type {Server} from '../server/server.ts';

// appcmd waits for worker processes up to shutdownTimeLimit, 90 seconds by default; what takes twice as long is stuck.
const patienceMs = 180_000;
const pollMs = 1000;

const gone = async (server: Server, runs: () => Promise<boolean>): Promise<boolean> => {
  const {clock} = server;
  const end = clock.elapsed() + patienceMs;
  while (await runs()) {
    if (clock.elapsed() >= end) return false;
    await clock.sleep(pollMs);
  }
  return true;
};

/** Waits for one process; false: it still runs. Killing us does not kill it, and it may yet change the server. */
export const childIsGone = (server: Server, process: StartedProcess): Promise<boolean> =>
  gone(server, () => server.isRunning(process));

/** The same where its process id is not known: no process of that program may be left. */
export const toolIsGone = (server: Server, image: string): Promise<boolean> =>
  gone(server, () => server.processRuns(image));
