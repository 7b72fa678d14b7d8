import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {applyTo, recoverAll} from './act.ts';
import {copyServer, journalOf, pictureOf} from './server.ts';
import {both, chosen, joined, settleAndRecord, type World, withServer} from './world.ts';

/*
 * The last lines of a journal, cut off and changed at every byte. Cut off: recovery drops what is no whole line. Changed:
 * stopgap refuses the whole journal and touches nothing, because nobody could say what is held; the person puts the
 * journal back from a copy, as the refusal asks, and recovers.
 */

class Stop extends Error {}

/** A server whose process ended in the middle of the seventh step. */
const interrupted = async (world: World, dir: string): Promise<void> => {
  const step = world.plan.body.steps[6]?.id;
  let stop = false;
  try {
    await applyTo(dir, world.plan, {
      moment: async (when, what) => {
        if (what !== 'command' && what.type === 'step.intended' && what.step === step) stop = true;
        if (stop && when === 'after' && what !== 'command' && what.type === 'command.done') throw new Stop();
      },
    });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
};

const startOfLastLines = (journal: Buffer, lines: number): number => {
  let at = journal.length - 1;
  for (let left = lines; left > 0; left--) at = journal.lastIndexOf(0x0a, at - 1);
  return at + 1;
};

export const journalDamage = async (world: World): Promise<void> => {
  const dir = join(world.folder, 'damaged');
  copyServer(world.template.dir, dir);
  await interrupted(world, dir);
  const whole = readFileSync(journalOf(dir));
  for (let at = startOfLastLines(whole, 2); at < whole.length; at++) {
    if (chosen(world)) await truncated(world, dir, {whole, at});
    if (chosen(world)) await corrupted(world, dir, {whole, at});
  }
};

interface Place {
  readonly whole: Buffer;
  readonly at: number;
}

const truncated = (world: World, from: string, {whole, at}: Place): Promise<void> =>
  withServer(world, from, async (dir) => {
    writeFileSync(journalOf(dir), whole.subarray(0, at));
    const choice = at % 2 === 0 ? 'undo' : 'complete';
    await settleAndRecord(world, dir, {group: 'journal cut off', label: `at byte ${at}`, choice});
  });

const corrupted = (world: World, from: string, {whole, at}: Place): Promise<void> =>
  withServer(world, from, async (dir) => {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ (1 + Math.floor(world.random() * 255));
    writeFileSync(journalOf(dir), damaged);
    const untouched = pictureOf(dir);
    let first = await tryRecover(dir);
    if (first.said.includes('JOURNAL.DAMAGED')) {
      const moved = JSON.stringify(pictureOf(dir)) !== JSON.stringify(untouched);
      if (moved) first = {said: [...first.said, 'the refusal has touched the server'], explained: false};
      writeFileSync(journalOf(dir), whole);
    }
    const then = await recoverAll(dir, 'undo');
    world.ledger.record({
      group: 'journal changed',
      label: `at byte ${at}`,
      order: joined(first, then),
      seen: pictureOf(dir),
      wanted: both(world),
    });
  });

const tryRecover = async (dir: string) => {
  try {
    return await recoverAll(dir, 'undo');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return {said: [code], explained: code === 'JOURNAL.DAMAGED'};
  }
};
