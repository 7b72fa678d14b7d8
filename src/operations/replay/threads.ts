import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import {Refusal} from '../../kit/refusal.ts';
import {type Part, type PartResult, type ReplayJob, replayPart} from './part.ts';

/** Beside this module in the source tree, beside the bundle in a release. */
const workerFile = (): string | undefined =>
  ['./worker.ts', './impact-worker.mjs']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));

type Message = {readonly result: PartResult} | {readonly failed: string};

const failed = (part: Part, reason: string): Refusal =>
  new Refusal('IMPACT.LOG_UNREADABLE', `${part.path} cannot be read to its end: ${reason}`, {where: {file: part.path}});

const ask = (worker: Worker, part: Part): Promise<PartResult> =>
  new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once('message', (message: Message) => {
      if ('result' in message) resolve(message.result);
      else reject(failed(part, message.failed));
    });
    worker.once('error', reject);
    worker.postMessage(part);
  });

export interface ThreadOptions {
  /** At most that many; 1 works in this thread. */
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
  const size = Math.min(threads, parts.length);
  if (size <= 1 || file === undefined) return work((part) => replayHere(part, job));
  const workers = Array.from({length: size}, () => new Worker(file, {workerData: job}));
  try {
    await Promise.all(workers.map((worker) => work((part) => ask(worker, part))));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
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
