import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {Mitigation} from '../../src/mitigation/model.ts';
import {knownMitigations} from '../../src/operations/known-mitigations.ts';
import {type KnownState, readState} from '../../src/operations/state.ts';
import {statusOf} from '../../src/operations/status.ts';
import {type Live, type LiveAgent, openLive, times, until} from './live.ts';
import {catalogued} from './publisher.ts';

/*
 * kill -9 of a real agent at moments of chance, while feeds change and people remove what it applied. More of it:
 *   KILLS=100 SEED=7 npx vitest run test/agent/kills.test.ts
 */

const kills = Number(process.env['KILLS'] ?? 3);
const seed = Number(process.env['SEED'] ?? 20_261_201);

/** Numbers between 0 and 1 that a seed brings back (mulberry32). */
const chanceOf = (from: number): (() => number) => {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const wwwroot = 'C:\\inetpub\\wwwroot\\web.config';
const settings = `windows: [{name: always, days: [mon, tue, wed, thu, fri, sat, sun], opens: "00:00", lasts: 48h, timeZone: UTC}]
agent: {mode: auto, modes: {M2: window}, feed: "FEED", profiles: [acme], settle: 0s, confirmWithin: 1m}
`;

const renamed = (mitigation: Mitigation, pattern: string): Mitigation =>
  JSON.parse(JSON.stringify(mitigation).replaceAll('(?=.*autodiscover)(?=.*powershell)', pattern));

/**
 * A moment of its life: so many lines after its start, and a little. Every command and every step is a line, so that a slow
 * machine is hit in the middle of its work as often as a fast one.
 */
const aMoment = async (agent: LiveAgent, chance: () => number): Promise<void> => {
  const lines = 1 + Math.floor(chance() * 12);
  const isThere = (): boolean => times(agent, '\n') >= lines || times(agent, 'The check has ended') > 0;
  await until(agent, `line ${lines}`, isThere);
  await pause(Math.floor(chance() * 500));
};

/** What happens between two lives of the agent; each is a reason for one more run. */
const happen = async (live: Live, chance: () => number): Promise<'M1' | undefined> => {
  const choice = chance();
  if (choice < 0.4) {
    const text = await live.lab.read(wwwroot);
    await live.lab.write(wwwroot, text.replace(/<rule name="stopgap M1.*?<\/rule>\s*/s, ''));
    return 'M1';
  }
  if (choice < 0.7) {
    const pattern = `(?=.*autodiscover)(?=.*powershell)|never-${Math.floor(chance() * 1e6)}`;
    live.publisher.publish([renamed(await catalogued('M1'), pattern), await catalogued('M2')], new Date());
    return 'M1';
  }
  return undefined;
};

const applied = ({runs, state}: KnownState, id: string): number =>
  runs.filter(({runId, lines}) => {
    const [started] = lines;
    const done = state.runs.find((run) => run.runId === runId)?.outcome === 'done';
    return (
      done &&
      started?.type === 'run.started' &&
      started.kind !== 'rollback' &&
      started.kind !== 'expired-confirm' &&
      started.plan.body.steps.some((step) => step.kind !== 'undo' && step.because.includes(id)) &&
      lines.some((line) => line.type === 'command.done')
    );
  }).length;

/** Runs that took back what another had applied: each allows one more. */
const takenBack = ({state}: KnownState): number =>
  state.runs.filter(({kind, outcome}) => outcome === 'done' && (kind === 'rollback' || kind === 'expired-confirm'))
    .length;

test(
  `${kills} kills, seed ${seed}: no run twice, none lost, and in the end all is as the feed wants it`,
  async () => {
    const chance = chanceOf(seed);
    const live = await openLive(settings, '1s');
    const {lab, publisher} = live;
    publisher.publish([await catalogued('M1'), await catalogued('M2')], new Date());
    let reasons = 1;
    for (let kill = 0; kill < kills; kill++) {
      const agent = live.start();
      await aMoment(agent, chance);
      agent.process.kill('SIGKILL');
      await agent.ended;
      await live.toolsEnd();
      if ((await happen(live, chance)) === 'M1') reasons += 1;
    }

    const last = live.start();
    await until(last, 'three quiet checks', () => times(last, 'A check has begun') > 3);
    // A second one is turned away while it lives.
    const second = live.start();
    expect(await second.ended).toBe(3);
    expect(second.said()).toContain('AGENT.ALREADY_RUNNING');
    last.process.kill('SIGTERM');
    expect(await last.ended).toBe(0);
    await live.quiet();

    const known = await readState(lab.stateDir);
    const interrupted = known.runs.filter(({lines}) => lines.some(({type}) => type === 'recovery.started')).length;
    console.info(`${kills} kills: ${known.runs.length} runs, ${interrupted} of them interrupted in the middle`);
    // Few kills may all come while nothing is done.
    if (kills >= 20) expect(interrupted).toBeGreaterThan(0);
    expect(known.state.unfinished).toBeUndefined();
    expect(known.state.pendingConfirms).toEqual([]);
    const context = {stateDir: lab.stateDir, cwd: lab.dir, now: new Date(), profiles: ['acme'], env: {}};
    const mitigations = await knownMitigations(known, context);
    const {mitigations: rows, broken} = await statusOf(lab.server, {known, mitigations, now: new Date()});
    expect(broken).toEqual([]);
    expect(rows.filter(({id}) => /^M[12]$/.test(id)).map(({id, status}) => [id, status])).toEqual([
      ['M1', 'Active'],
      ['M2', 'Active'],
    ]);
    expect((await lab.read(wwwroot)).split('name="stopgap M1.1').length - 1).toBe(1);
    expect(applied(known, 'M1')).toBeLessThanOrEqual(reasons + takenBack(known));
    expect(applied(known, 'M2')).toBeLessThanOrEqual(1 + takenBack(known));
  },
  (kills + 10) * 20_000,
);
