import type {Io} from './command.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs work that changes a server. The first Ctrl-C or SIGTERM asks it to stop where stopping is safe; the second ends the
 * process as if nobody listened, and the journal is made for that.
 */
export const withStopSignals = async <T>(
  io: Io,
  work: (stop: AbortSignal) => Promise<T>,
  doing = 'stopping',
): Promise<T> => {
  const stop = new AbortController();
  const leave = (): void => {
    for (const signal of signals) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      leave();
      process.kill(process.pid, signal);
      return;
    }
    stop.abort(signal);
    io.stderr.write(`${doing} (${signal}): what runs now is finished first; once more ends it at once\n`);
  };
  for (const signal of signals) process.on(signal, end);
  try {
    return await work(stop.signal);
  } finally {
    leave();
  }
};
