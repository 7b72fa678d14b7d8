import {Refusal} from '../kit/refusal.ts';
import type {Io} from './command.ts';

/** `--at`, or now. @throws Refusal USAGE.TIME */
export const moment = (at: string | undefined, io: Pick<Io, 'now'>): Date => {
  if (at === undefined) return io.now();
  const time = new Date(at);
  // Without a zone the time would be the machine's own: the same line must mean the same everywhere.
  if (!Number.isNaN(time.getTime()) && /(?:Z|[+-]\d\d:?\d\d)$|^\d{4}-\d\d-\d\d$/.test(at)) return time;
  throw new Refusal('USAGE.TIME', `"${at}" is not a time with its zone`, {
    next: [{label: 'Write it in UTC: 2026-11-21T08:00:00Z'}],
  });
};
