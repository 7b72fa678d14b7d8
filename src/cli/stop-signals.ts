import type {Io} from './command.ts';

/** A terminal that goes away says SIGHUP, and so does Windows when the window of a console is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs work that changes a server. The first of these signals asks it to stop where stopping is safe; Ctrl-C or SIGTERM
 * said once more ends the process as if nobody listened, and the journal is made for that. SIGHUP never counts as once
 * more: the kernel and the shell both send it, one right after the other, when a terminal goes away.
 */
export const withStopSignals = async <T>(
  io: Io,
  work: (stop: AbortSignal) => Promise<T>,
  doing = 'stopping',
): Promise<T> => {
  const stop = new AbortController();
  let asked = false;
  const leave = (): void => {
    for (const signal of signals) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals): void => {
    const gone = signal === 'SIGHUP';
    if (asked && !gone) {
      leave();
      process.kill(process.pid, signal);
      return;
    }
    asked ||= !gone;
    if (stop.signal.aborted) return;
    stop.abort(signal);
    const more = gone ? '' : '; once more ends it at once';
    io.stderr.write(`${doing} (${signal}): what runs now is finished first${more}\n`);
  };
  for (const signal of signals) process.on(signal, end);
  try {
    return await work(stop.signal);
  } finally {
    leave();
  }
};
