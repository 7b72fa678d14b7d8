import {parseStringPromise} from 'xml2js';
import * as z from 'zod';
import type {AppPoolState} from './service.ts';

/* Reads what `appcmd list ... /xml` prints: element and attribute names and the words of a state are never translated. */

const objects = z.object({
  appcmd: z.union([
    z.literal(''),
    z.record(
      z.string(),
      z.array(z.object({$: z.record(z.string(), z.string()).default({})}).or(z.literal('').transform(() => ({$: {}})))),
    ),
  ]),
});

/** The attributes of every object of that type (`APPPOOL`), in order; attribute order means nothing. */
export const parseAppcmdObjects = async (
  xml: string,
  object: string,
): Promise<readonly Readonly<Record<string, string>>[]> => {
  const start = xml.indexOf('<');
  const parsed = objects.safeParse(await parseStringPromise(xml.slice(Math.max(0, start))));
  if (!parsed.success || parsed.data.appcmd === '') return [];
  return (parsed.data.appcmd[object] ?? []).map(({$}) => $);
};

const states: readonly AppPoolState[] = ['Starting', 'Started', 'Stopping', 'Stopped', 'Unknown'];

/** State of the pool of that name in `list apppool NAME /xml`; a word that is none of the known ones is Unknown. */
export const parseAppPoolState = async (xml: string, name: string): Promise<AppPoolState | undefined> => {
  const pools = await parseAppcmdObjects(xml, 'APPPOOL');
  const pool = pools.find((candidate) => candidate['APPPOOL.NAME']?.toLowerCase() === name.toLowerCase());
  return pool && (states.find((state) => state === pool['state']) ?? 'Unknown');
};
