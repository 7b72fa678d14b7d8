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

const units: Readonly<Record<string, number>> = {m: 60_000, h: 3_600_000, d: 86_400_000};

/** The same, or so long before now: `12h`, `7d`. @throws Refusal USAGE.TIME */
export const since = (text: string, io: Pick<Io, 'now'>): Date => {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  return unit === undefined ? moment(text, io) : new Date(io.now().getTime() - Number(count) * (units[unit] ?? 0));
};
