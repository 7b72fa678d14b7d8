import * as z from 'zod';

const units: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

const inMilliseconds = (text: string): number => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 0);

/** `90s`, `10m`, `1h`, `30d` as milliseconds, between two others of that form. */
export const duration = (shortest: string, longest: string) =>
  z
    .string()
    .regex(/^\d{1,6}[smhd]$/, 'a length of time is written 90s, 10m, 1h or 30d')
    .transform(inMilliseconds)
    .refine(
      (ms) => ms >= inMilliseconds(shortest) && ms <= inMilliseconds(longest),
      `it lies between ${shortest} and ${longest}`,
    );
