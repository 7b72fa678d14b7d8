import {applyPatch} from 'diff';
import {expect, test, vi} from 'vitest';
import {isRefusal} from '../../src/kit/refusal.ts';
import type {Plan} from '../../src/plan/model.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {fc} from '../support/properties.ts';
import {generatedSource} from './generated.ts';

/*
 * What holds for every server, every subset and order of the catalogue and rules that nobody wrote. A failure prints its
 * seed and its path; { seed, path } behind numRuns runs it again.
 */

vi.setConfig({testTimeout: 300_000});

const applicable = {
  'exchange2016-cu19': ['M1', 'M2', 'CVE-2021-26855', 'CVE-2021-26857', 'CVE-2021-26858', 'CVE-2021-27065'],
  'exchange2019-cu8': ['M1', 'M2', 'CVE-2021-26855', 'CVE-2021-26858', 'CVE-2021-27065'],
  'exchange2019-cu12': ['M1', 'M2'],
  'exchange-se': ['M2'],
} as const;
type ServerName = keyof typeof applicable;

/** A server and the runs that are made on it: each a list of ids. */
const story = fc
  .constantFrom<ServerName>('exchange2016-cu19', 'exchange2019-cu8', 'exchange2019-cu12', 'exchange-se')
  .chain((server) =>
    fc.record({
      server: fc.constant(server),
      ids: fc.shuffledSubarray([...applicable[server]], {
        minLength: 1,
        maxLength: Math.min(3, applicable[server].length),
      }),
      cut: fc.nat({max: 3}),
      back: fc.array(fc.nat(), {minLength: 3, maxLength: 3}),
    }),
  )
  .map(({server, ids, cut, back}) => ({
    server,
    runs: [ids.slice(0, cut), ids.slice(cut)].filter((run) => run.length > 0),
    /** The order in which they are taken back. */
    back: ids.toSorted((a, b) => (back[ids.indexOf(a)] ?? 0) - (back[ids.indexOf(b)] ?? 0)),
  }));

const settled = ({services, pools}: ReturnType<Lab['machine']>): object => ({
  services: Object.fromEntries(
    Object.entries(services).map(([name, {state, startType}]) => [name, {state, startType}]),
  ),
  pools: Object.fromEntries(Object.entries(pools).map(([name, {state}]) => [name, state])),
});

const everything = async (lab: Lab): Promise<object> => ({tree: await lab.tree(), machine: settled(lab.machine())});

/** appcmd cannot take an attribute away: without --exact a pool may say autoStart="true" where it said nothing. */
const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
const meaning = async (lab: Lab): Promise<object> => {
  const {'Windows/System32/inetsrv/config/applicationHost.config': _, ...tree} = await lab.tree();
  return {
    tree,
    host: (await lab.read(hostConfig)).replaceAll(' autoStart="true"', ''),
    machine: settled(lab.machine()),
  };
};

const applyRuns = async (lab: Lab, runs: readonly (readonly string[])[]): Promise<void> => {
  for (const ids of runs) await lab.applied(await lab.plan(ids));
};

test('apply, then rollback --exact in any order, gives back every byte, service and pool', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({server, runs, back}) => {
      const lab = await makeLab(fixture(server));
      const before = await everything(lab);
      await applyRuns(lab, runs);
      expect(await everything(lab)).not.toEqual(before);
      for (const target of back) expect((await lab.rollBack({target, exact: true})).result.exitCode).toBe(0);
      expect(await everything(lab)).toEqual(before);
    }),
    {
      numRuns: 6,
      // The first one goes first, while the second still stands, in another file.
      examples: [[{server: 'exchange2019-cu8', runs: [['CVE-2021-27065'], ['M1']], back: ['CVE-2021-27065', 'M1']}]],
    },
  );
});

test('apply, then rollback in any order, gives back the same meaning', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({server, runs, back}) => {
      const lab = await makeLab(fixture(server));
      const before = await meaning(lab);
      await applyRuns(lab, runs);
      for (const target of back) expect((await lab.rollBack({target})).result.exitCode).toBe(0);
      expect(await meaning(lab)).toEqual(before);
    }),
    {numRuns: 6},
  );
});

test('apply twice is apply once', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({server, runs}) => {
      const lab = await makeLab(fixture(server));
      for (const ids of runs) {
        const plan = await lab.plan(ids);
        await lab.applied(plan);
        const once = await everything(lab);
        expect(await lab.apply(plan)).toMatchObject({did: 'nothing'});
        expect((await lab.plan(ids)).body.steps.filter(({status}) => status === 'to-do')).toEqual([]);
        expect(await everything(lab)).toEqual(once);
      }
    }),
    {numRuns: 6},
  );
});

const withoutCr = (text: string): string => text.replaceAll('\r\n', '\n');

const readAll = async (lab: Lab, plan: Plan): Promise<ReadonlyMap<string, string>> =>
  new Map(
    await Promise.all(plan.body.predicted.map(async ({file}) => [file, await lab.read(file).catch(() => '')] as const)),
  );

/** The files after the run are the files before it with the plan's own diff in them, in the line ends that they have. */
const expectPredicted = async (lab: Lab, plan: Plan, before: ReadonlyMap<string, string>): Promise<void> => {
  const after = await readAll(lab, plan);
  for (const {file, diff} of plan.body.predicted) {
    const expected = applyPatch(withoutCr(before.get(file) ?? ''), diff);
    const actual = after.get(file) ?? '';
    expect(withoutCr(actual), file).toBe(expected);
    // The fixtures have CRLF throughout.
    expect(actual.replaceAll('\r\n', ''), file).not.toMatch(/[\r\n]/);
  }
};

test('what is predicted is what the simulated appcmd writes, and nothing else changes', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({server, runs}) => {
      const lab = await makeLab(fixture(server));
      for (const ids of runs) {
        const plan = await lab.plan(ids);
        const [files, tree] = [await readAll(lab, plan), await lab.tree()];
        await lab.applied(plan);
        await expectPredicted(lab, plan, files);
        const after = await lab.tree();
        const changed = Object.keys(after).filter((path) => after[path] !== tree[path]);
        const named = plan.body.predicted.map(({file}) => file.replace(/^C:\\/, '').replaceAll('\\', '/'));
        expect(changed.map((path) => path.toLowerCase())).toEqual(
          expect.arrayContaining(named.map((path) => path.toLowerCase())),
        );
        expect(changed).toHaveLength(named.length);
      }
    }),
    {numRuns: 6},
  );
});

test('rules with awkward names and patterns arrive as predicted and go again without a trace', async () => {
  let [planned, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(generatedSource, async (source) => {
      const lab = await makeLab(fixture('exchange2019-cu12'));
      const before = await everything(lab);
      const plan = await lab.planOf([source]).catch((error: unknown) => error);
      if (isRefusal(plan)) {
        refused++;
        expect(await everything(lab)).toEqual(before);
        return;
      }
      if (!(plan instanceof Object && 'body' in plan)) throw plan;
      planned++;
      const made = await lab.planOf([source]);
      const files = await readAll(lab, made);
      await lab.applied(made);
      await expectPredicted(lab, made, files);
      expect((await lab.rollBack()).result.exitCode).toBe(0);
      expect(await everything(lab)).toEqual(before);
    }),
    {numRuns: 15},
  );
  expect(planned).toBeGreaterThan(refused);
});
