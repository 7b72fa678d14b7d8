import {readFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {openLive, times} from './live.ts';
import {catalogued} from './publisher.ts';

/*
 * The memory of an agent's process over many checks in real time, one a second:
 *   CYCLES=1000 npx vitest run test/agent/memory.test.ts
 */

const cycles = Number(process.env['CYCLES'] ?? 0);

/** Megabytes that the process has in memory. */
const resident = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

if (cycles === 0)
  console.warn('SKIPPED: the memory of a real agent is measured where CYCLES says over how many checks');

test.skipIf(cycles === 0)(
  `is flat over ${cycles} checks`,
  async () => {
    const live = await openLive('agent: {mode: auto, feed: "FEED", profiles: [acme]}\n', '1s');
    live.publisher.publish([await catalogued('M1'), await catalogued('M2')], new Date());
    const agent = live.start();
    const samples: number[] = [];
    while (times(agent, 'A check has begun') < cycles) {
      await pause(1000);
      samples.push(resident(agent.process.pid ?? 0));
    }
    agent.process.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
    const tenth = Math.floor(samples.length / 10);
    const tenths = Array.from({length: 10}, (_, index) => mean(samples.slice(index * tenth, (index + 1) * tenth)));
    console.info(`MB resident, by tenths of ${cycles} checks: ${tenths.map((each) => each.toFixed(0)).join(', ')}`);
    // Against the second tenth: the first one fills caches.
    expect(tenths[9]).toBeLessThan((tenths[1] ?? 0) * 1.1);
  },
  (cycles + 60) * 6000,
);
