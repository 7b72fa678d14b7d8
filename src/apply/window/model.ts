import * as z from 'zod';
import {ianaZone} from './windows-zones.ts';

/*
 * Change windows as they stand in the settings. A window is a wall time at which it opens and a length in elapsed time:
 * the night in which the clocks change does not make it longer or shorter.
 */

const zone = z.string().transform((name, context) => {
  const iana = ianaZone(name);
  if (iana !== undefined) return {name, iana};
  context.addIssue({code: 'custom', message: `"${name}" is no time zone, neither of IANA nor of Windows`});
  return z.NEVER;
});

const isDate = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};
const date = z
  .string()
  .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text), 'a date is written 2026-12-24');
/** One date, or all from one to another, both included. */
const dates = z
  .union([date, z.strictObject({from: date, to: date})], {
    error: 'dates are written 2026-12-24 or {from: 2026-12-24, to: 2027-01-06}',
  })
  .transform((value) => (typeof value === 'string' ? {from: value, to: value} : value))
  .refine(({from, to}) => from <= to, 'it ends before it begins');

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written 22:00');
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/, 'a moment is written 2026-12-05T22:00')
  .refine((text) => isDate(text.slice(0, 10)), 'there is no such date');

const hours = {m: 60_000, h: 3_600_000} as const;
const longestMs = 7 * 24 * 3_600_000;
/** `90m`, `4h` */
const length = z
  .string()
  .regex(/^\d{1,4}[mh]$/, 'a length is written 90m or 4h')
  .transform((text) => Number(text.slice(0, -1)) * (text.endsWith('h') ? hours.h : hours.m))
  .refine((ms) => ms > 0 && ms <= longestMs, 'a window lasts at least a minute and at most a week');

/** `sat`, or `tue#2` for the second Tuesday of a month. */
const day = z
  .string()
  .toLowerCase()
  .regex(
    /^(mon|tue|wed|thu|fri|sat|sun)(#[1-5])?$/,
    'a day is written sat, or tue#2 for the second Tuesday of a month',
  );

/** Flat, and sorted out afterwards: of a union nobody could say which half was meant and what is wrong with it. */
const written = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,60}$/, 'a name has letters, digits, - _ .'),
  lasts: length,
  timeZone: zone,
  days: z.array(day).min(1).optional(),
  opens: time.optional(),
  except: z.array(dates).optional(),
  once: moment.optional(),
});

export const changeWindow = written.transform(({days, opens, except, once, ...common}, context) => {
  if (once === undefined && days && opens !== undefined) return {...common, days, opens, except: except ?? []};
  if (once !== undefined && !days && opens === undefined && !except) return {...common, once};
  context.addIssue({code: 'custom', message: 'a window has days and opens, or once'});
  return z.NEVER;
});

export const freezeDates = z.array(dates);

export type ChangeWindow = z.output<typeof changeWindow>;
export type Dates = z.output<typeof dates>;
