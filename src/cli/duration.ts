import {Refusal} from '../kit/refusal.ts';

const units: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000};

/** `90s`, `15m`, `2h` as milliseconds. @throws Refusal USAGE.DURATION */
export const parseDuration = (text: string): number => {
  const match = /^(\d{1,5})([smh])$/.exec(text);
  const unit = units[match?.[2] ?? ''];
  const value = Number(match?.[1]) * (unit ?? 0);
  if (value > 0) return value;
  throw new Refusal('USAGE.DURATION', `"${text}" is not a duration`, {
    next: [{label: 'Write seconds, minutes or hours: 90s, 15m, 2h'}],
  });
};
