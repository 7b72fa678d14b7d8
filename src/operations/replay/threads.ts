import {availableParallelism} from 'node:os';
import {setImmediate} from 'node:timers/promises';
import {type Helper, unreadable} from './helper.ts';
import {type Part, type PartResult, type ReplayJob, replayPart} from './part.ts';

export interface ThreadOptions {
  /** Threads beside this one; without any this one does everything. */
  readonly helpers: readonly Helper[];
  /** Takes the results in the order of the parts, one at a time; none is kept behind it. */
  readonly take: (part: Part, result: PartResult) => Promise<void>;
}

export const defaultThreads = (): number => Math.min(8, availableParallelism());

/** Parts that wait, parts that are being counted, and results in the order of the parts. */
class Board {
  readonly #parts: readonly Part[];
  readonly #take: ThreadOptions['take'];
  readonly #results = new Map<number, PartResult>();
  readonly #queue: ArrayIterator<[number, Part]>;
  #next = 0;
  #busy = false;
  readonly #done = Promise.withResolvers<void>();

  constructor(parts: readonly Part[], take: ThreadOptions['take']) {
    this.#parts = parts;
    this.#take = take;
    this.#queue = parts.entries();
    if (parts.length === 0) this.#done.resolve();
  }

  /** Everything has been counted and taken; rejects where something failed. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Goes through what waits, and then, where `also` says so, through what others have begun: who is first counts. */
  async work(run: (part: Part) => Promise<PartResult>, also: 'waiting' | 'begun'): Promise<void> {
    try {
      for (const [index, part] of this.#queue) await this.#hand(index, await run(part));
      for (let index = this.#next; also === 'begun' && index < this.#parts.length; index++) {
        const part = this.#parts[index];
        if (part && this.#isOpen(index)) await this.#hand(index, await run(part));
      }
    } catch (error) {
      this.#done.reject(error);
    }
  }

  #isOpen(index: number): boolean {
    return index >= this.#next && !this.#results.has(index);
  }

  async #hand(index: number, result: PartResult): Promise<void> {
    if (!this.#isOpen(index)) return;
    this.#results.set(index, result);
    if (this.#busy) return;
    this.#busy = true;
    for (let ready = this.#results.get(this.#next); ready; ready = this.#results.get(this.#next)) {
      const part = this.#parts[this.#next];
      this.#results.delete(this.#next);
      this.#next++;
      if (part) await this.#take(part, ready);
    }
    this.#busy = false;
    if (this.#next === this.#parts.length) this.#done.resolve();
  }
}

/**
 * Counts parts in parallel. This thread works from the first moment; the others join when they have started, and what
 * they are slow with at the end is done here as well.
 */
export const replayParts = async (
  parts: readonly Part[],
  job: ReplayJob,
  {helpers, take}: ThreadOptions,
): Promise<void> => {
  const board = new Board(parts, take);
  const here = async (part: Part): Promise<PartResult> => {
    const result = await replayHere(part, job);
    // Lets the answers of the others in.
    await setImmediate();
    return result;
  };
  const joins = async (helper: Helper): Promise<void> => {
    helper.takeUp(job);
    await helper.started;
    // Two at once, so that it never waits for the next one.
    await Promise.all([1, 2].map(() => board.work((part) => helper.replay(part), 'waiting')));
  };
  const joined = helpers.map(joins);
  // Those that have started get their first parts before this thread is too busy to give them any.
  if (helpers.length > 0) await setImmediate();
  await Promise.race([board.done, Promise.all([board.work(here, 'begun'), ...joined]).then(() => board.done)]);
};

/** Counts one part in this thread. @throws Refusal IMPACT.LOG_UNREADABLE */
export const replayHere = async (part: Part, job: ReplayJob): Promise<PartResult> => {
  try {
    return await replayPart(part, job);
  } catch (error) {
    throw error instanceof Error && 'code' in error ? unreadable(part, error.message) : error;
  }
};
