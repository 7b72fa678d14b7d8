import type {Calendar} from '../../apply/window/openings.ts';
import {Refusal} from '../../kit/refusal.ts';
import type {Settings} from './effective.ts';

/** The windows that count: all of them, or the one that was named. @throws Refusal APPLY.NO_SUCH_WINDOW */
export const calendarOf = (
  {windows, freeze}: Pick<Settings, 'windows' | 'freeze'>,
  name: string | undefined,
): Calendar => {
  if (name === undefined) return {windows, freeze};
  const named = windows.filter((window) => window.name.toLowerCase() === name.toLowerCase());
  if (named.length > 0) return {windows: named, freeze};
  const known = windows.length === 0 ? 'There is none' : `There are ${windows.map((window) => window.name).join(', ')}`;
  throw new Refusal('APPLY.NO_SUCH_WINDOW', `The settings have no change window "${name}".`, {next: [{label: known}]});
};
