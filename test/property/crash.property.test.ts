import {readFile, rm, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {applyPlan} from '../../src/operations/apply-plan.ts';
import {readState} from '../../src/operations/state.ts';
import type {Plan} from '../../src/plan/model.ts';
import {runtimeFile} from '../../src/server/sandbox/runtime.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

/*
 * M1 and the control panel off on a sandbox, through the real journal, appcmd and sc. The executor dies behind every line
 * of the journal; behind the lines that tell of a command that ended, also as if the line had been lost, so that what the
 * command did stands on the server and nowhere else. Then somebody recovers: the server is as it was or as planned.
 */

vi.setConfig({testTimeout: 300_000});

const ids = ['M1', 'CVE-2021-27065'];
const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
const webRoot = 'C:\\inetpub\\wwwroot\\web.config';
const touched = [hostConfig, webRoot];

class Death extends Error {}

interface Snapshot {
  readonly files: readonly (readonly [string, string])[];
  readonly runtime: string;
}

const snapshot = async (lab: Lab): Promise<Snapshot> => ({
  files: await Promise.all(touched.map(async (path) => [path, await lab.read(path)] as const)),
  runtime: await readFile(runtimeFile(lab.dir), 'utf8'),
});

const reset = async (lab: Lab, {files, runtime}: Snapshot): Promise<void> => {
  await rm(join(lab.stateDir, 'runs'), {recursive: true, force: true});
  for (const [path, text] of files) await lab.write(path, text);
  await writeFile(runtimeFile(lab.dir), runtime);
};

/** What counts: an explicit autoStart="true" means what its absence means. */
const meaning = async (lab: Lab): Promise<string> => {
  // Whatever was pending is over.
  await lab.server.clock.sleep(600_000);
  const {services, pools} = lab.machine();
  const files = await Promise.all(touched.map((path) => lab.read(path)));
  return canonicalJson({
    services: Object.entries(services)
      .map(([name, {state, startType}]) => `${name} ${state} ${startType}`)
      .toSorted(),
    pools: Object.entries(pools)
      .map(([name, {state}]) => `${name} ${state}`)
      .toSorted(),
    files: files.map((text) => text.replaceAll(' autoStart="true"', '')),
  });
};

const journal = (lab: Lab): string => join(lab.stateDir, 'runs/r1/journal.jsonl');

/** Applies until the n-th line is on the disk; the types of the lines that got there. */
const applyUntil = async (lab: Lab, plan: Plan, lines: number): Promise<readonly string[]> => {
  const seen: string[] = [];
  const work = applyPlan(plan, lab.server, {
    context: {stateDir: lab.stateDir, cwd: lab.dir, now: lab.server.clock.now(), profiles: [], env: {}},
    now: true,
    window: undefined,
    reason: 'change 4711',
    by: 'admin',
    confirmWithinMs: undefined,
    guard: undefined,
    onEvent: ({type}) => {
      seen.push(type);
      if (seen.length >= lines) throw new Death(type);
    },
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof Death)) throw error;
  });
  return seen;
};

const loseLastLine = async (file: string): Promise<void> => {
  const text = await readFile(file, 'utf8');
  await truncate(file, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)));
};

const verdict = async (lab: Lab, label: string, [before, after]: readonly [string, string]): Promise<string> => {
  const {state} = await readState(lab.stateDir);
  expect(state.unfinished, label).toBeUndefined();
  const applied = ids.every((id) => state.mitigations.has(id));
  expect(state.mitigations.size, label).toBe(applied ? ids.length : 0);
  expect(await meaning(lab), label).toBe(applied ? after : before);
  return applied ? 'after' : 'before';
};

/** Every way to die: behind each line, and before the line that tells of a command that ended. */
const deaths = (types: readonly string[]): readonly {readonly lines: number; readonly lost: boolean}[] =>
  types.flatMap((type, index) => [
    {lines: index + 1, lost: false},
    ...(type === 'command.done' ? [{lines: index + 1, lost: true}] : []),
  ]);

test.each(['undo', 'complete'] as const)(
  'after a crash behind any line, recover with %s leaves the server as it was or as planned',
  async (choice) => {
    const lab = await makeLab(fixture('exchange2019-cu8'));
    const plan = await lab.plan(ids);
    const start = await snapshot(lab);
    const before = await meaning(lab);
    const all = await applyUntil(lab, plan, Number.POSITIVE_INFINITY);
    const ends = [before, await meaning(lab)] as const;
    expect(ends[1]).not.toBe(before);
    const found: string[] = [];
    // Completing differs from taking back only in what follows a command: every second death will do.
    const every = choice === 'undo' ? 1 : 2;
    for (const {lines, lost} of deaths(all).filter((_, index) => index % every === 0)) {
      const label = `line ${lines} (${all[lines - 1]})${lost ? ', lost' : ''}`;
      await reset(lab, start);
      expect(await applyUntil(lab, plan, lines), label).toEqual(all.slice(0, lines));
      if (lost) await loseLastLine(journal(lab));
      if (lines < all.length) expect(await lab.recover(choice), label).toMatchObject({exitCode: 0});
      found.push(await verdict(lab, label, ends));
    }
    expect(found.length).toBeGreaterThan(15);
    // A run that had finished stays; any other is taken back, or completed.
    expect(found.filter((end) => end === 'after')).toHaveLength(choice === 'undo' ? 1 : found.length);
  },
);

test('nothing else may begin before the interrupted run is in order', async () => {
  const lab = await makeLab(fixture('exchange2019-cu8'));
  const plan = await lab.plan(ids);
  await applyUntil(lab, plan, 6);
  const unfinished = {code: 'APPLY.UNFINISHED_RUN', exitCode: 3};
  await expect(lab.rollBack({all: true})).rejects.toMatchObject(unfinished);
  await expect(lab.apply(plan)).rejects.toMatchObject({exitCode: 3});
  expect(await lab.recover()).toMatchObject({exitCode: 0});
  await lab.applied(await lab.plan(ids));
});
