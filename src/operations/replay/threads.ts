import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {setImmediate} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import {Refusal} from '../../kit/refusal.ts';
import {type Part, type PartResult, type ReplayJob, replayPart} from './part.ts';

/** Beside this module in the source tree, beside the bundle in a release. */
const workerFile = (): string | undefined =>
  ['./worker.ts', './impact-worker.mjs']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));

type Message = {readonly id: number} & ({readonly result: PartResult} | {readonly failed: string});

const failed = (part: Part, reason: string): Refusal =>
  new Refusal('IMPACT.LOG_UNREADABLE', `${part.path} cannot be read to its end: ${reason}`, {where: {file: part.path}});

/** A thread that can be given several parts at once, so that it never waits for the next one. */
class Helper {
  readonly #worker: Worker;
  readonly #open = new Map<number, (message: Message | Error) => void>();
  #last = 0;

  constructor(file: string, job: ReplayJob) {
    this.#worker = new Worker(file, {workerData: job});
    this.#worker.on('message', (message: Message) => this.#open.get(message.id)?.(message));
    this.#worker.on('error', (error) => {
      for (const settle of this.#open.values()) settle(error);
    });
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

/** Hands results on in the order of the parts as soon as all before them are there. */
const inOrder = (
  parts: readonly Part[],
  take: ThreadOptions['take'],
): ((index: number, result: PartResult) => Promise<void>) => {
  const waiting = new Map<number, PartResult>();
  let next = 0;
  let busy = false;
  return async (index, result) => {
    waiting.set(index, result);
    if (busy) return;
    busy = true;
    for (let ready = waiting.get(next); ready; ready = waiting.get(next)) {
      const part = parts[next];
      waiting.delete(next);
      next++;
      if (part) await take(part, ready);
    }
    busy = false;
  };
};

/** Counts parts in parallel. */
export const replayParts = async (
  parts: readonly Part[],
  job: ReplayJob,
  {threads, take}: ThreadOptions,
): Promise<void> => {
  const hand = inOrder(parts, take);
  const queue = parts.entries();
  const work = async (run: (part: Part) => Promise<PartResult>): Promise<void> => {
    for (const [index, part] of queue) await hand(index, await run(part));
  };
  const file = workerFile();
  const helpers =
    file === undefined ? [] : Array.from({length: Math.min(threads, parts.length) - 1}, () => new Helper(file, job));
  const here = async (part: Part): Promise<PartResult> => {
    const result = await replayHere(part, job);
    // Lets the answers of the others in.
    await setImmediate();
    return result;
  };
  try {
    // This thread works too: it has begun before the others have started.
    await Promise.all([work(here), ...helpers.flatMap((helper) => twice(() => work((part) => helper.replay(part))))]);
  } finally {
    await Promise.all(helpers.map((helper) => helper.end()));
  }
};

const twice = <T>(make: () => T): readonly T[] => [make(), make()];

/** Counts one part in this thread. @throws Refusal IMPACT.LOG_UNREADABLE */
export const replayHere = async (part: Part, job: ReplayJob): Promise<PartResult> => {
  try {
    return await replayPart(part, job);
  } catch (error) {
    throw error instanceof Error && 'code' in error ? failed(part, error.message) : error;
  }
};
