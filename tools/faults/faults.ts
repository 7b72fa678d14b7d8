import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {faultsAtEachStep} from './faults-of-programs.ts';
import {journalDamage} from './journal-damage.ts';
import {killsWhileApplying, killsWhileUndoing} from './kills.ts';
import {tableOf} from './ledger.ts';
import {realKills} from './real-kills.ts';
import {clockSetBack, diskFull, editsBeforeApply, editsBetweenSteps, twoAtOnce} from './surroundings.ts';
import {makeWorld, type World} from './world.ts';

/*
 * `npm run faults [-- --seed N] [--share 0.5]`: everything goes wrong on a plan of twelve steps, and afterwards the server is
 * as it was or as the plan wants it. One situation is one journal line or one end of a command at which the process dies,
 * or one fault at one place.
 */

const option = (name: string): number | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : Number(process.argv[at + 1]);
};

const seed = option('seed') ?? 20_261_122;
const share = option('share') ?? 1;

const groups: readonly ((world: World) => Promise<void>)[] = [
  killsWhileApplying,
  killsWhileUndoing,
  faultsAtEachStep,
  journalDamage,
  diskFull,
  clockSetBack,
  editsBeforeApply,
  editsBetweenSteps,
  twoAtOnce,
  realKills,
];

// Journals are synced line by line: a file system in memory spares the disk.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'stopgap-faults-'));
const began = performance.now();
try {
  const world = await makeWorld(folder, {seed, share});
  for (const group of groups) await group(world);
  const rows = world.ledger.rows();
  const {failures} = world.ledger;
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${world.plan.body.steps.length} steps, seed ${seed}, share ${share}, ${seconds} s\n`);
  console.log(tableOf(rows));
  for (const failure of failures) console.log(`\n${failure}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, {recursive: true, force: true});
}
