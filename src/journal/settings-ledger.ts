import type {Clock} from '../kit/clock.ts';
import {appendToLedger, readLedger} from './ledger.ts';
import type {EventOf, LineOf} from './model.ts';

/* Who changed which setting, and why. */

const name = 'settings-log';

/** All changes, oldest first. @throws Refusal JOURNAL.DAMAGED */
export const readSettingsChanges = async (stateDir: string): Promise<readonly LineOf<'settings.changed'>[]> =>
  (await readLedger(stateDir, name)).flatMap((line) => (line.type === 'settings.changed' ? [line] : []));

/** Resolves when the line is on the disk. Whoever calls it holds the server's lock. */
export const appendSettingsChange = (
  stateDir: string,
  event: EventOf<'settings.changed'>,
  clock: Clock,
): Promise<void> => appendToLedger(stateDir, name, {event, clock});
