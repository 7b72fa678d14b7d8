import {readFile, writeFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {readMemory} from '../../src/operations/agent/memory.ts';
import {blockIds} from '../../src/operations/settings/block.ts';
import {settingsFile} from '../../src/operations/settings/read-settings.ts';
import {readState} from '../../src/operations/state.ts';
import {cli} from '../cli/collect.ts';
import {openLive, times, until} from './live.ts';
import {catalogued} from './publisher.ts';

const checks = 'A check has begun';

describe('stopgap agent run, in a process of its own', () => {
  test('applies what the feed brings, checks when asked, turns a second one away and ends cleanly', async () => {
    const live = await openLive('agent: {mode: auto, feed: "FEED", profiles: [acme]}\n', '1h');
    live.publisher.publish([await catalogued('M1')], new Date());
    const agent = live.start();
    await until(agent, 'the first check', () => times(agent, 'The check has ended') === 1);
    expect(agent.said()).toContain('M1 applied and read back by run r1');

    live.publisher.publish([await catalogued('M1'), await catalogued('M2')], new Date());
    agent.process.kill('SIGHUP');
    await until(agent, 'the check by SIGHUP', () => times(agent, 'The check has ended') === 2);
    expect(agent.said()).toContain('A check has begun: somebody asked for it.');
    expect(agent.said()).toContain('M2 applied and read back by run r2');

    const second = live.start();
    expect(await second.ended).toBe(3);
    expect(second.said()).toContain('AGENT.ALREADY_RUNNING');

    // Another process asks: `stopgap agent check`.
    const answer = await cli(['agent', 'check', '--server', `sandbox:${live.lab.dir}`, '--json']);
    expect(JSON.parse(answer.stdout)).toMatchObject({ok: true, code: 'AGENT.CHECKED', data: {by: 'the agent'}});
    expect(times(agent, checks)).toBe(3);

    agent.process.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    expect(agent.said()).toContain('The agent has stopped: it got SIGTERM.');
    expect(await readMemory(live.lab.stateDir)).toMatchObject({running: null});
  }, 120_000);

  test('knows after a kill that it was killed, and goes on', async () => {
    const live = await openLive('agent: {mode: auto, feed: "FEED", profiles: [acme]}\n', '1h');
    live.publisher.publish([await catalogued('M1')], new Date());
    const first = live.start();
    await until(first, 'the start', () => times(first, checks) === 1);
    first.process.kill('SIGKILL');
    expect(await first.ended).toBeNull();
    await live.toolsEnd();
    const next = live.start();
    await until(next, 'its first check', () => times(next, 'The check has ended') === 1);
    expect(next.said()).toContain('The agent before it ended without saying so');
    const {state} = await readState(live.lab.stateDir);
    expect([...state.mitigations.keys()]).toEqual(['M1']);
    expect(state.unfinished).toBeUndefined();
    next.process.kill('SIGTERM');
    expect(await next.ended).toBe(0);
  }, 120_000);
});

test('agent check works by itself where no agent runs', async () => {
  const live = await openLive('agent: {mode: observe, feed: "FEED", profiles: [acme]}\n', '1h');
  // This process does not trust the publisher's server: the check says so, and is a check all the same.
  live.publisher.publish([await catalogued('M1')], new Date());
  await blockIds(live.lab.server, ['M2'], {by: 'admin', reason: 'x', stateDir: live.lab.stateDir, level: 'server'});
  const answer = await cli(['agent', 'check', '--server', `sandbox:${live.lab.dir}`, '--json']);
  expect(JSON.parse(answer.stdout)).toMatchObject({
    data: {by: 'this process', nextCheck: null, feed: {problem: {code: 'FEED.TLS_INTERCEPTED'}}},
  });
  expect(await readFile(`${live.lab.stateDir}/agent.json`, 'utf8')).toContain('"lastCheck"');
}, 60_000);

test('agent check with settings that cannot be used says so, and not what an earlier check had of the feed', async () => {
  const live = await openLive('agent: {mode: observe, feed: "FEED", profiles: [acme]}\n', '1h');
  live.publisher.publish([await catalogued('M1')], new Date());
  const check = ['agent', 'check', '--server', `sandbox:${live.lab.dir}`];
  const agent = live.start();
  await until(agent, 'the first check', () => times(agent, 'The check has ended') === 1);
  expect((await cli(check)).stdout).toMatch(/^checked; the feed is proven \(SHA-256 [0-9a-f]{12}\)/);
  const usable = await readFile(settingsFile(live.lab.stateDir), 'utf8');
  await writeFile(settingsFile(live.lab.stateDir), 'agnt: 1\n');
  const byAgent = await cli([...check, '--json']);
  agent.process.kill('SIGTERM');
  expect(await agent.ended).toBe(0);
  const here = await cli(check);

  expect(byAgent.exitCode).toBe(3);
  expect(JSON.parse(byAgent.stdout)).toMatchObject({ok: false, code: 'SETTINGS.INVALID'});
  expect(here.exitCode).toBe(3);
  expect(here.stdout).toBe('');
  expect(here.stderr).toMatch(/settings cannot be used: .*agnt/);

  await writeFile(settingsFile(live.lab.stateDir), usable);
  expect((await cli(check)).stdout).toContain('checked; the feed was not accepted (FEED.TLS_INTERCEPTED)');
}, 120_000);

test('a rollback of what the agent applies by itself says that it comes back, and an unblock without an agent when', async () => {
  const live = await openLive('agent: {mode: auto, feed: "FEED", profiles: [acme]}\n', '1h');
  live.publisher.publish([await catalogued('M1'), await catalogued('M2')], new Date());
  const here = ['--server', `sandbox:${live.lab.dir}`];
  const agent = live.start();
  await until(agent, 'the first check', () => times(agent, 'The check has ended') === 1);
  const open = await cli(['rollback', 'M1', ...here]);
  expect(open.stdout).toContain(
    `note: the agent puts M1 back at its next check: stopgap block M1 --server sandbox:${live.lab.dir}\n`,
  );
  await cli(['block', 'M1', 'M2', '--reason', 'x', ...here]);
  const blocked = await cli(['rollback', 'M2', ...here]);
  expect(blocked.stdout).toContain('rolled back');
  expect(blocked.stdout).not.toContain('puts M2 back');

  const unblock = ['unblock', 'M1', '--reason', 'x', '--profile', 'acme', ...here];
  expect((await cli(unblock)).stdout).toContain('M1 comes back at the next check, within the hour');
  agent.process.kill('SIGTERM');
  expect(await agent.ended).toBe(0);
  expect((await cli(unblock)).stdout).toContain('M1 comes back when an agent runs; at once by: stopgap agent check');
}, 120_000);
