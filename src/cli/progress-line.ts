import type {Progress} from '../operations/replay/replay-logs.ts';
import type {Io} from './command.ts';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const remaining = (elapsedMs: number, done: number): string => {
  const seconds = Math.ceil((elapsedMs / 1000) * (1 / done - 1));
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
};

export const progressText = ({bytes, of, requests}: Progress, elapsedMs: number): string => {
  const seen = `${requests} requests, ${megabytes(bytes)}`;
  if (of === undefined || of === 0 || bytes === 0) return seen;
  const done = Math.min(1, bytes / of);
  return `${Math.floor(done * 100)} %, ${seen} of ${megabytes(of)}, about ${remaining(elapsedMs, done)} left`;
};

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly clear: () => void;
}

/** One line on a terminal that is written over; where nobody looks, nothing. */
export const progressLine = ({stderr, now}: Io): ProgressLine => {
  if (stderr.isTTY !== true) return {show: () => undefined, clear: () => undefined};
  const started = now().getTime();
  return {
    show: (progress) => {
      stderr.write(`\r\u001b[K${progressText(progress, now().getTime() - started)}`);
    },
    clear: () => {
      stderr.write('\r\u001b[K');
    },
  };
};
