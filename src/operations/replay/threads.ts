import {availableParallelism} from 'node:os';
import {setImmediate} from 'node:timers/promises';
import {Worker} from 'node:worker_threads';
import {Refusal} from '../../kit/refusal.ts';
import {type ThreadProgram, threadProgram} from '../../kit/thread-program.ts';
import {type Part, type PartResult, type ReplayJob, replayPart} from './part.ts';

/** The first one, with id 0, only says that the thread has started. */
type Message = {readonly id: number} & ({readonly result: PartResult} | {readonly failed: string});

const failed = (part: Part, reason: string): Refusal =>
  new Refusal('IMPACT.LOG_UNREADABLE', `${part.path} cannot be read to its end: ${reason}`, {where: {file: part.path}});

/** A thread that can be given several parts at once, so that it never waits for the next one. */
class Helper {
  readonly #worker: Worker;
  readonly #open = new Map<number, (message: Message | Error) => void>();
  readonly #started = Promise.withResolvers<void>();
  #last = 0;

  constructor({program, eval: isCode}: ThreadProgram, job: ReplayJob) {
    this.#worker = new Worker(program, {eval: isCode, workerData: job});
    this.#open.set(0, () => this.#started.resolve());
    this.#worker.on('message', (message: Message) => this.#open.get(message.id)?.(message));
    this.#worker.on('error', (error) => {
      for (const settle of this.#open.values()) settle(error);
    });
  }

  /** Resolves when the thread can work: what it got before would lie there meanwhile. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  replay(part: Part): Promise<PartResult> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#open.set(id, (message) => {
        this.#open.delete(id);
        if (message instanceof Error) reject(message);
        else if ('result' in message) resolve(message.result);
        else reject(failed(part, message.failed));
      });
      this.#worker.postMessage({id, part});
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

export interface ThreadOptions {
  /** At most that many, this one included. */
  readonly threads: number;
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
  {threads, take}: ThreadOptions,
): Promise<void> => {
  const board = new Board(parts, take);
  // Without one this thread does everything.
  const program = threadProgram({bundle: 'impact-worker', source: './worker.ts'}, import.meta.url);
  const helpers = program
    ? Array.from({length: Math.min(threads, parts.length) - 1}, () => new Helper(program, job))
    : [];
  const here = async (part: Part): Promise<PartResult> => {
    const result = await replayHere(part, job);
    // Lets the answers of the others in.
    await setImmediate();
    return result;
  };
  const joins = async (helper: Helper): Promise<void> => {
    await helper.started;
    // Two at once, so that it never waits for the next one.
    await Promise.all([1, 2].map(() => board.work((part) => helper.replay(part), 'waiting')));
  };
  try {
    await Promise.race([
      board.done,
      Promise.all([board.work(here, 'begun'), ...helpers.map(joins)]).then(() => board.done),
    ]);
  } finally {
    await Promise.all(helpers.map((helper) => helper.end()));
  }
};

/** Counts one part in this thread. @throws Refusal IMPACT.LOG_UNREADABLE */
export const replayHere = async (part: Part, job: ReplayJob): Promise<PartResult> => {
  try {
    return await replayPart(part, job);
  } catch (error) {
    throw error instanceof Error && 'code' in error ? failed(part, error.message) : error;
  }
};
