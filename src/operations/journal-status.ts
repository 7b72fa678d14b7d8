import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {progressOf} from '../journal/progress.ts';
import {Refusal} from '../kit/refusal.ts';
import type {PlanBody} from '../plan/model.ts';
import {readSettings} from './settings/read-settings.ts';
import {type KnownState, readState} from './state.ts';
import type {StatusRow} from './status.ts';

/*
 * What a state folder alone says of its server, which may be far away: what runs of ours left there and what is blocked. Whether
 * it still is so, only a look at the server tells.
 */

type Row = Pick<StatusRow, 'id' | 'type' | 'description' | 'details' | 'run' | 'since'> & {
  readonly status: 'Applied' | 'Suspended' | 'Failed' | 'Blocked';
};

export interface JournalStatus {
  /** null: no run has told so far. */
  readonly hostName: string | null;
  readonly mitigations: readonly Row[];
  readonly unfinished: string | null;
}

const requireStateFolder = async (folder: string): Promise<void> => {
  // A folder without runs is one of a server on which nothing was done; any other folder is a mistake.
  for (const name of ['runs', 'settings.yaml', 'agent.json', 'freshness.json']) {
    if (await stat(join(folder, name)).catch(() => undefined)) return;
  }
  throw new Refusal('STATUS.NO_STATE_FOLDER', `${folder} is no state folder: it holds neither runs nor settings`, {
    where: {file: folder},
    next: [{label: 'Name a state folder, or a server', command: '--servers sandbox:DIR,snapshot:DIR,STATEFOLDER'}],
  });
};

const plannedIn = ({runs}: KnownState, run: string): PlanBody['mitigations'] =>
  progressOf(runs.find(({runId}) => runId === run)?.lines ?? []).started?.plan.body.mitigations ?? [];

const activeRows = (known: KnownState): readonly Row[] =>
  [...known.state.mitigations].map(([id, {run, since, complete, suspendedBy}]) => ({
    ...{id, type: '', run, since},
    description: plannedIn(known, run).find((one) => one.id === id)?.description ?? '',
    status: !complete ? 'Failed' : suspendedBy === undefined ? 'Applied' : 'Suspended',
    details: ['by the journal alone: the server was not looked at'],
  }));

const hostOf = ({runs}: KnownState): string | null =>
  progressOf(runs.at(-1)?.lines ?? []).started?.plan.meta.hostName ?? null;

/** @throws Refusal STATUS.NO_STATE_FOLDER, STATE.READABLE_BY_OTHERS, JOURNAL.*, SETTINGS.* */
export const journalStatus = async (stateDir: string): Promise<JournalStatus> => {
  await requireStateFolder(stateDir);
  const known = await readState(stateDir);
  const active = activeRows(known);
  const {mitigationsBlocked} = await readSettings(stateDir);
  const blocked = mitigationsBlocked
    .filter(({id}) => active.every((row) => row.id !== id))
    .map(({id, by}) => ({
      ...{id, type: '', description: '', run: null, since: null},
      status: 'Blocked' as const,
      details: [`blocked by the ${by}`],
    }));
  return {
    hostName: hostOf(known),
    mitigations: [...active, ...blocked],
    unfinished: known.state.unfinished?.runId ?? null,
  };
};
