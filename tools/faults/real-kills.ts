import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {descriptionFile, readDescription} from '../../src/server/sandbox/description.ts';
import {settleAndRecord, type World, withServer} from './world.ts';

/* Real processes and SIGKILL: the one who applies alone, so that its program goes on without it, and both together. */

const slow = (name: string): string[] => [process.execPath, join(import.meta.dirname, 'slow-program.ts'), name];

const slowTools = (dir: string): void => {
  const description = {...readDescription(dir), tools: {appcmd: slow('appcmd'), sc: slow('sc')}};
  writeFileSync(descriptionFile(dir), canonicalJson(description));
};

const commandCount = ({plan}: World): number =>
  plan.body.steps.flatMap(({commands}) => commands).filter((command) => command.do === 'run').length;

const startedWord = async (victim: ChildProcess): Promise<number | undefined> => {
  if (!victim.stdout) return undefined;
  for await (const text of victim.stdout) {
    const [, pid] = /started (\d+)/.exec(String(text)) ?? [];
    if (pid !== undefined) return Number(pid);
  }
  return undefined;
};

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const killAt = async (
  world: World,
  dir: string,
  {nth, withChild}: {nth: number; withChild: boolean},
): Promise<void> => {
  slowTools(dir);
  const planFile = join(dir, 'plan.json');
  writeFileSync(planFile, canonicalJson(world.plan));
  const victim = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), dir, planFile, String(nth)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(victim, 'exit');
  const pid = await startedWord(victim);
  if (victim.pid !== undefined) kill(victim.pid);
  if (withChild && pid !== undefined) kill(pid);
  await gone;
  const group = withChild ? 'SIGKILL, its program too' : 'SIGKILL, its program goes on';
  const choice = nth % 3 === 0 ? 'complete' : 'undo';
  await settleAndRecord(world, dir, {group, label: `command ${nth}`, choice});
};

export const realKills = async (world: World): Promise<void> => {
  const count = commandCount(world);
  // Processes are slow: with a share, every third command.
  const every = world.share < 1 ? 3 : 1;
  for (let nth = 1 + Math.floor(world.random() * every); nth <= count; nth += every) {
    for (const withChild of [false, true]) {
      await withServer(world, world.template.dir, (dir) => killAt(world, dir, {nth, withChild}));
    }
  }
};
