import {mkdirSync, readFileSync, rmSync, truncateSync} from 'node:fs';
import {join} from 'node:path';
import type {JournalEvent} from '../../src/journal/model.ts';
import {armFault} from '../../src/server/sandbox/faults.ts';
import {applyTo, type Moment} from './act.ts';
import {copyServer, journalOf} from './server.ts';
import {chosen, settleAndRecord, type World, withServer} from './world.ts';

/*
 * A process that is killed leaves what is on the disk at that moment and nothing else. So one run is enough: at each
 * journal line and each command the whole server is copied, and each copy is a server whose stopgap has just been killed.
 */

interface Death {
  readonly label: string;
  readonly dir: string;
  /** Bytes of the last journal line that did not reach the disk. */
  readonly torn: number;
}

const lastLineLength = (file: string): number => {
  const text = readFileSync(file);
  return text.length - (text.subarray(0, -1).lastIndexOf(0x0a) + 1);
};

/** Copies the server at every moment of a run. */
const record = async (
  {plan, template, folder, random}: World,
  name: string,
  prepare: (dir: string, event: JournalEvent | 'command') => void,
): Promise<readonly Death[]> => {
  const deaths: Death[] = [];
  const kept = join(folder, name);
  mkdirSync(kept);
  const dir = join(kept, 'live');
  copyServer(template.dir, dir);
  const keep = (label: string, torn: number): void => {
    const copy = join(kept, String(deaths.length));
    copyServer(dir, copy);
    if (torn > 0) {
      const file = journalOf(copy);
      truncateSync(file, readFileSync(file).length - torn);
    }
    deaths.push({label, dir: copy, torn});
  };
  const moment: Moment = async (when, what) => {
    if (when === 'before') return prepare(dir, what);
    if (what === 'command') return keep('a command has ended', 0);
    keep(`${what.type} is written`, 0);
    keep(`${what.type} is half written`, 1 + Math.floor(random() * (lastLineLength(journalOf(dir)) - 1)));
  };
  await applyTo(dir, plan, {moment, probe: true});
  return deaths;
};

const recoverEach = async (world: World, group: string, deaths: readonly Death[]): Promise<void> => {
  for (const [index, {label, dir}] of deaths.entries()) {
    for (const choice of ['undo', 'complete'] as const) {
      if (!chosen(world)) continue;
      await withServer(world, dir, (copy) =>
        settleAndRecord(world, copy, {group, label: `${index} ${label}, ${choice}`, choice}),
      );
    }
  }
};

export const killsWhileApplying = async (world: World): Promise<void> => {
  const deaths = await record(world, 'forwards', () => undefined);
  await recoverEach(world, 'killed while applying', deaths);
  rmSync(join(world.folder, 'forwards'), {recursive: true});
};

/** The last pool cannot be stopped: everything is taken back, and the process is killed while it does that. */
export const killsWhileUndoing = async (world: World): Promise<void> => {
  let undoing = false;
  const last = world.plan.body.steps.at(-1)?.id;
  const deaths = await record(world, 'backwards', (dir, event) => {
    if (event !== 'command' && event.type === 'step.intended' && event.step === last) {
      armFault(dir, new Date(), {name: 'access-denied', at: 1});
    }
    if (event !== 'command' && event.type === 'step.failed') undoing = true;
  });
  if (!undoing) throw new Error('nothing failed');
  const from = deaths.findIndex(({label}) => label.startsWith('step.failed'));
  await recoverEach(world, 'killed while taking back', deaths.slice(from));
  rmSync(join(world.folder, 'backwards'), {recursive: true});
};
