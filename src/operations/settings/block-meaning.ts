import type {Standing} from '../agent/standing.ts';
import {blockOf, disabledBy, modeOf, type Settings} from './effective.ts';
import {means, normalId} from './mitigation-id.ts';

/*
 * What blocking and unblocking will mean, said when it is done: an administrator of the EM service knows that blocking does
 * not remove, and finds out an hour later that unblocking brings back.
 */

const there: ReadonlySet<Standing['status']> = new Set([
  'Active',
  'Applied',
  'Broken',
  'Drifted',
  'Not effective',
  'Obsolete',
  'Suspended',
  'Unknown source',
]);

const isThere = ({status}: Standing): boolean => there.has(status);

const stays = ({id, status}: Standing): string | undefined => {
  if (status === 'Foreign')
    return `${id} stays on the server: somebody else put it there, and blocking does not remove`;
  return there.has(status)
    ? `${id} stays on the server, because blocking does not remove; take it back: stopgap rollback ${id}. It will not come back then`
    : undefined;
};

const met = (id: string, standings: readonly Standing[]): readonly Standing[] =>
  standings.filter((standing) => means(id, standing));

export const blockMeaning = (id: string, standings: readonly Standing[]): readonly string[] => {
  const known = met(id, standings);
  if (known.length === 0)
    return [`${id}: no feed has brought it here yet; what comes under that id will not be applied`];
  return known.map((standing) => stays(standing) ?? `${standing.id} is not on the server and will not be applied`);
};

const comesBack = (standing: Standing, settings: Settings): string => {
  const {id, origin} = standing;
  const disabled = disabledBy(settings);
  if (origin !== 'feed') return `${id} is no longer blocked; a person applies it: stopgap plan ${id}`;
  if (disabled) return `${id} is no longer blocked; MitigationsEnabled is false (${disabled}), so a person applies it`;
  switch (modeOf(settings, standing)) {
    case 'observe':
      return `${id} is no longer blocked; the mode is observe, so the next check plans it and a person applies it`;
    case 'window':
      return `${id} comes back in a change window, once its plan is approved`;
    case 'auto':
      return `${id} comes back at the next check, within the hour; at once by: stopgap agent check`;
  }
};

export const unblockMeaning = (id: string, standings: readonly Standing[], settings: Settings): readonly string[] => {
  const known = met(id, standings);
  const other = blockOf(settings, {id, actions: [{id}]});
  if (known.length === 0 && other) return [`${id} is still blocked, by ${other.id} (${other.by})`];
  if (known.length === 0) return [`${normalId(id)} is no longer blocked; no feed has brought it here yet`];
  return known.map((standing) => {
    const still = blockOf(settings, standing);
    if (still) return `${standing.id} is still blocked, by ${still.id} (${still.by})`;
    if (isThere(standing) || standing.status === 'Foreign') return `${standing.id} is on the server already`;
    return comesBack(standing, settings);
  });
};
