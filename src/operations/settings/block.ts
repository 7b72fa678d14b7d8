import {parseDocument} from 'yaml';
import type {Server} from '../../server/server.ts';
import {type ChangeContext, type Changed, changeSettings} from './change-settings.ts';
import type {Level} from './effective.ts';
import {normalId} from './mitigation-id.ts';

/* MitigationsBlocked, as Set-ExchangeServer knows it: what is blocked is not applied; what is applied stays. */

const key = 'mitigationsBlocked';

const listed = (text: string): readonly string[] => {
  const value: unknown = parseDocument(text).toJS()?.[key];
  return Array.isArray(value) ? value.map(String) : [];
};

const same = (a: string, b: string): boolean => normalId(a) === normalId(b);

type BlockContext = ChangeContext & {readonly level: Level};

/** Adds ids to the list; one that stands there already, in whatever form, stays as it is. */
export const blockIds = (server: Server, ids: readonly string[], {level, ...context}: BlockContext): Promise<Changed> =>
  changeSettings(
    server,
    {
      what: 'block',
      key,
      level,
      change: (text) => {
        const before = listed(text);
        return [...before, ...ids.filter((id) => !before.some((one) => same(one, id)))];
      },
    },
    context,
  );

/** Takes ids from the list. An id is unblocked by the entry that names it, not by one that it is a part of. */
export const unblockIds = (
  server: Server,
  ids: readonly string[],
  {level, ...context}: BlockContext,
): Promise<Changed> =>
  changeSettings(
    server,
    {
      what: 'unblock',
      key,
      level,
      change: (text) => {
        const rest = listed(text).filter((one) => !ids.some((id) => same(one, id)));
        return rest.length === 0 ? undefined : rest;
      },
    },
    context,
  );
