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

/** What is wished for comes back by an agent only. */
export interface Prospect {
  readonly settings: Settings;
  /** Whether an agent looks after this server now. */
  readonly alive: boolean;
}

const comesBack = (standing: Standing, {settings, alive}: Prospect): string => {
  const {id, origin} = standing;
  const disabled = disabledBy(settings);
  if (origin !== 'feed') return `${id} is no longer blocked; a person applies it: stopgap plan ${id}`;
  if (disabled) return `${id} is no longer blocked; MitigationsEnabled is false (${disabled}), so a person applies it`;
  switch (modeOf(settings, standing)) {
    case 'observe':
      return `${id} is no longer blocked; the mode is observe, so the next check plans it and a person applies it`;
    case 'window':
      return `${id} comes back in a change window, once its plan is approved${alive ? '' : ', when an agent runs'}`;
    case 'auto':
      return `${id} comes back ${alive ? 'at the next check, within the hour' : 'when an agent runs'}; at once by: stopgap agent check`;
  }
};

export const unblockMeaning = (id: string, standings: readonly Standing[], prospect: Prospect): readonly string[] => {
  const {settings} = prospect;
  const known = met(id, standings);
  const other = blockOf(settings, {id, actions: [{id}]});
  if (known.length === 0 && other) return [`${id} is still blocked, by ${other.id} (${other.by})`];
  if (known.length === 0) return [`${normalId(id)} is no longer blocked; no feed has brought it here yet`];
  return known.map((standing) => {
    const still = blockOf(settings, standing);
    if (still) return `${standing.id} is still blocked, by ${still.id} (${still.by})`;
    if (isThere(standing) || standing.status === 'Foreign') return `${standing.id} is on the server already`;
    return comesBack(standing, prospect);
  });
};

/** What an agent puts back that was just taken back, by id: nobody blocked it, and its mode leaves it to no person. */
export const rollbackMeaning = (
  ids: readonly string[],
  standings: readonly Standing[],
  {settings, alive}: Prospect,
): readonly (readonly [id: string, sentence: string])[] => {
  if (disabledBy(settings)) return [];
  const when = {
    auto: alive ? 'at its next check' : 'when it runs',
    window: 'in a change window, once its plan is approved',
  };
  return standings
    .filter(({id, origin, status}) => ids.includes(id) && origin === 'feed' && status === 'Not applied')
    .filter((standing) => blockOf(settings, standing) === undefined)
    .flatMap((standing) => {
      const mode = modeOf(settings, standing);
      return mode === 'observe' ? [] : [[standing.id, `the agent puts ${standing.id} back ${when[mode]}`] as const];
    });
};
