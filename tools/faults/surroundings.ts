import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {JournalStore} from '../../src/journal/store.ts';
import {isRefusal, Refusal} from '../../src/kit/refusal.ts';
import {applyPlan} from '../../src/operations/apply-plan.ts';
import {loadSources} from '../../src/operations/load-sources.ts';
import {keepSource} from '../../src/operations/sources.ts';
import {openState} from '../../src/operations/state.ts';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import {updateRuntime} from '../../src/server/sandbox/runtime.ts';
import {type ApplyOptions, applyTo, type Order} from './act.ts';
import {journalOf, pictureOf, stateDirOf} from './server.ts';
import {chosen, settleAndRecord, type World, withServer} from './world.ts';

/* What goes wrong around stopgap: a full disk, a clock that is set back, other hands, a second stopgap. */

const attempt = async (dir: string, world: World, options: ApplyOptions): Promise<Order> => {
  try {
    const result = await applyTo(dir, world.plan, options);
    return {
      said: [result.code ?? result.outcome],
      explained: result.outcome !== 'not-restored' || result.mustDo.length > 0,
    };
  } catch (error) {
    return isRefusal(error) ? {said: [error.code], explained: true} : {said: [String(error)], explained: false};
  }
};

/** From the n-th line on nothing can be written; of that line a part is on the disk, as with a real full disk. */
const fullFrom =
  (line: number, dir: string, part: number) =>
  (store: JournalStore): JournalStore => ({
    ...store,
    create: async (options) => {
      const journal = await store.create(options);
      let written = 0;
      return {
        ...journal,
        append: async (event) => {
          if (++written < line) return journal.append(event);
          if (written === line) appendFileSync(journalOf(dir), JSON.stringify(event).slice(0, part));
          throw new Refusal('JOURNAL.WRITE_FAILED', 'ENOSPC: no space left on device', {exitCode: 5});
        },
      };
    },
  });

const linesOfWholeRun = async (world: World): Promise<number> => {
  let lines = 0;
  await withServer(world, world.template.dir, async (dir) => {
    await applyTo(dir, world.plan, {
      moment: async (when, what) => {
        if (when === 'after' && what !== 'command') lines++;
      },
    });
  });
  return lines;
};

/** The disk is full from each line on; then somebody makes room and recovers. */
export const diskFull = async (world: World): Promise<void> => {
  const lines = await linesOfWholeRun(world);
  for (let line = 1; line <= lines; line++) {
    if (!chosen(world)) continue;
    await withServer(world, world.template.dir, async (dir) => {
      const part = Math.floor(world.random() * 40);
      const first = await attempt(dir, world, {wrapStore: fullFrom(line, dir, part)});
      const choice = line % 2 === 0 ? 'undo' : 'complete';
      await settleAndRecord(world, dir, {group: 'disk full', label: `from line ${line}`, choice, first});
    });
  }
};

const setBack = (dir: string, milliseconds: number): void => {
  updateRuntime(dir, new Date(), (runtime) => ({...runtime, clockOffsetMs: runtime.clockOffsetMs - milliseconds}));
};

/** The clock is set back by a day and a bit at each step: nothing may wait that long. */
export const clockSetBack = async (world: World): Promise<void> => {
  for (const {id} of world.plan.body.steps) {
    await withServer(world, world.template.dir, async (dir) => {
      const first = await attempt(dir, world, {
        moment: async (when, what) => {
          if (when === 'after' && what !== 'command' && what.type === 'step.intended' && what.step === id) {
            setBack(dir, 90_000_000);
          }
        },
      });
      // What is pending in simulated time ends in simulated time.
      setBack(dir, -200_000_000);
      await settleAndRecord(world, dir, {group: 'clock set back', label: id, choice: 'undo', first});
    });
  }
};

const comment = '<!-- somebody was here -->';

const configFiles = (dir: string, world: World): readonly string[] => [
  ...new Set(
    world.plan.body.steps
      .flatMap(({touches}) => touches)
      .map((path) => join(dir, path.replace(/^C:/, 'C').replaceAll('\\', '/'))),
  ),
];

const addComments = (files: readonly string[]): void => {
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    if (!text.includes(comment)) writeFileSync(file, text.replace('</configuration>', `${comment}</configuration>`));
  }
};

/** Their edit has to be there still; what is compared then is the rest. */
const takeCommentsAway = (files: readonly string[]): boolean =>
  files.every((file) => {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(comment, ''));
    return text.includes(comment);
  });

/** Somebody edits every touched file between two steps: their edits stay, whatever becomes of the run. */
export const editsBetweenSteps = async (world: World): Promise<void> => {
  for (const failing of [false, true]) {
    for (const {id} of world.plan.body.steps) {
      await withServer(world, world.template.dir, async (dir) => {
        const files = configFiles(dir, world);
        const first = await attempt(dir, world, {
          moment: async (when, what) => {
            if (when !== 'before' || what === 'command' || what.type !== 'step.intended' || what.step !== id) return;
            addComments(files);
            if (failing) throw new Refusal('JOURNAL.WRITE_FAILED', 'the process ends here', {exitCode: 5});
          },
        });
        const group = failing ? 'files changed, then killed' : 'files changed between steps';
        const kept = takeCommentsAway(files);
        const order = kept ? first : {said: [...first.said, 'an edit of others is gone'], explained: false};
        await settleAndRecord(world, dir, {group, label: id, choice: 'undo', first: order});
      });
    }
  }
};

const prepared = async (world: World, dir: string) => {
  const stateDir = stateDirOf(dir);
  const server = await openSandbox(dir, {inProcess: true});
  const context = {stateDir, cwd: dir, now: server.clock.now(), profiles: [], env: {}};
  await openState(stateDir);
  for (const source of await loadSources([world.template.mitigationFile], context)) await keepSource(stateDir, source);
  return {server, context};
};

const request = (context: Awaited<ReturnType<typeof prepared>>['context']) => ({
  context,
  now: true,
  reason: 'faults',
  window: undefined,
  by: 'faults',
  confirmWithinMs: undefined,
  guard: undefined,
  onEvent: () => undefined,
});

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    return isRefusal(error) ? error.code : String(error);
  }
};

/** Two applies of one plan at once: one does it, the other is refused, or finds it done. */
export const twoAtOnce = async (world: World): Promise<void> => {
  for (let round = 0; round < 10; round++) {
    await withServer(world, world.template.dir, async (dir) => {
      const {server, context} = await prepared(world, dir);
      const other = await openSandbox(dir, {inProcess: true});
      const late = Math.floor(world.random() * 600);
      const one = codeOf(applyPlan(world.plan, server, request(context)));
      await new Promise((resolve) => setTimeout(resolve, late));
      const two = codeOf(applyPlan(world.plan, other, request(context)));
      const said = [await one, await two];
      const explained = said.includes('done') && said.every((code) => code === 'done' || code === 'APPLY.LOCKED');
      world.ledger.record({
        group: 'two applies at once',
        label: `the second ${late} ms later`,
        order: {said, explained},
        seen: pictureOf(dir),
        wanted: [{as: 'after', picture: world.after}],
      });
    });
  }
};

/** A rule of the plan's own name comes to a file after planning: refused, and nothing is touched. */
export const editsBeforeApply = async (world: World): Promise<void> => {
  const files = configFiles(world.template.dir, world);
  for (const [index] of files.entries()) {
    await withServer(world, world.template.dir, async (dir) => {
      const {server, context} = await prepared(world, dir);
      const file = configFiles(dir, world)[index] ?? '';
      const original = readFileSync(file);
      const rule =
        '<system.webServer><rewrite><rules><rule name="somebody"><match url="x" /><action type="AbortRequest" /></rule></rules></rewrite></system.webServer>';
      writeFileSync(file, original.toString('utf8').replace('</configuration>', `${rule}</configuration>`));
      const code = await codeOf(applyPlan(world.plan, server, request(context)));
      writeFileSync(file, original);
      world.ledger.record({
        group: 'files changed before apply',
        label: `${file}: ${code}`,
        order: {said: [code], explained: code === 'PLAN.STALE' || code === 'PLAN.ALTERED'},
        seen: pictureOf(dir),
        wanted: [{as: 'before', picture: world.before}],
      });
    });
  }
};
