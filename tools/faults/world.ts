import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Plan} from '../../src/plan/model.ts';
import {applyTo, type Order, planTemplate, recoverAll, rollBackAll} from './act.ts';
import {Ledger, type Situation} from './ledger.ts';
import {copyServer, makeTemplate, type Picture, pictureOf, type Template} from './server.ts';

/** What all groups of situations share. */
export interface World {
  readonly folder: string;
  readonly template: Template;
  readonly plan: Plan;
  readonly before: Picture;
  readonly after: Picture;
  readonly ledger: Ledger;
  /** From 0 to 1, by the seed. */
  readonly random: () => number;
  /** Of many alike situations, the share that is tried. */
  readonly share: number;
}

// Small, fast and good enough to choose situations by: mulberry32.
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const makeWorld = async (folder: string, {seed, share}: {seed: number; share: number}): Promise<World> => {
  const template = await makeTemplate(folder);
  const plan = await planTemplate(template);
  const whole = join(folder, 'whole');
  copyServer(template.dir, whole);
  const before = pictureOf(whole);
  const result = await applyTo(whole, plan);
  if (result.outcome !== 'done') throw new Error(`the plan itself fails: ${result.message}`);
  const after = pictureOf(whole);
  return {folder, template, plan, before, after, ledger: new Ledger(), random: randomFrom(seed), share};
};

/** Whether this one of many alike is tried. */
export const chosen = ({random, share}: World): boolean => share >= 1 || random() < share;

let counter = 0;

/** A server of its own for one situation, gone afterwards. */
export const withServer = async <T>(
  {folder}: Pick<World, 'folder'>,
  from: string,
  work: (dir: string) => Promise<T>,
): Promise<T> => {
  const dir = join(folder, `s${counter++}`);
  mkdirSync(dir);
  copyServer(from, dir);
  try {
    return await work(dir);
  } finally {
    rmSync(dir, {recursive: true, force: true});
  }
};

export const joined = (...orders: readonly Order[]): Order => ({
  said: orders.flatMap(({said}) => said),
  explained: orders.every(({explained}) => explained),
});

export const both = ({before, after}: World): Situation['wanted'] => [
  {as: 'before', picture: before},
  {as: 'after', picture: after},
];

/** Puts a server in order as its messages say, and writes down what became of it. */
export const settleAndRecord = async (
  world: World,
  dir: string,
  {group, label, choice, first}: {group: string; label: string; choice: 'undo' | 'complete'; first?: Order},
): Promise<void> => {
  const recovered = await recoverAll(dir, choice);
  const end = recovered.said.at(-1);
  const needsMore = end === 'APPLY.FAILED_NOT_RESTORED' || first?.said.includes('APPLY.FAILED_NOT_RESTORED');
  const rolled = needsMore ? await rollBackAll(dir) : {said: [], explained: true};
  const order = joined(first ?? {said: [], explained: true}, recovered, rolled);
  world.ledger.record({group, label, order, seen: pictureOf(dir), wanted: both(world)});
};
