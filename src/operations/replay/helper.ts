import {Worker} from 'node:worker_threads';
import {Refusal} from '../../kit/refusal.ts';
import {type ThreadProgram, threadProgram} from '../../kit/thread-program.ts';
import {takeScanModule} from '../../rewrite/logs/scanner.ts';
import type {Part, PartResult, ReplayJob} from './part.ts';

/** The first one, with id 0, says that the thread has started, and brings the search that it has assembled. */
type Message = {readonly id: number} & (
  | {readonly module: object}
  | {readonly result: PartResult}
  | {readonly failed: string}
);

export const unreadable = (part: Part, reason: string): Refusal =>
  new Refusal('IMPACT.LOG_UNREADABLE', `${part.path} cannot be read to its end: ${reason}`, {where: {file: part.path}});

/** A thread that can be given several parts at once, so that it never waits for the next one. */
export class Helper {
  readonly #worker: Worker;
  readonly #open = new Map<number, (message: Message | Error) => void>();
  readonly #started = Promise.withResolvers<void>();
  #last = 0;

  constructor({program, eval: isCode}: ThreadProgram) {
    this.#worker = new Worker(program, {eval: isCode});
    this.#open.set(0, (message) => {
      if ('module' in message) takeScanModule(message.module);
      this.#started.resolve();
    });
    this.#worker.on('message', (message: Message) => this.#open.get(message.id)?.(message));
    this.#worker.on('error', (error) => {
      for (const settle of this.#open.values()) settle(error);
    });
  }

  /** Resolves when the thread can work: what it got before would lie there meanwhile. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** What the parts are held against that are given from now on. */
  takeUp(job: ReplayJob): void {
    this.#worker.postMessage({job});
  }

  replay(part: Part): Promise<PartResult> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#open.set(id, (message) => {
        this.#open.delete(id);
        if (message instanceof Error) reject(message);
        else if ('result' in message) resolve(message.result);
        else if ('failed' in message) reject(unreadable(part, message.failed));
      });
      this.#worker.postMessage({id, part});
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * Starts threads; none where their program is no part of this installation. One takes as long to start as a hundred
 * megabytes of logs to read: who has something else to do before starts them early.
 */
export const startHelpers = (count: number): readonly Helper[] => {
  const program = threadProgram({bundle: 'impact-worker', source: './worker.ts'}, import.meta.url);
  return program ? Array.from({length: Math.max(0, count)}, () => new Helper(program)) : [];
};

export const endHelpers = async (helpers: readonly Helper[]): Promise<void> => {
  await Promise.all(helpers.map((helper) => helper.end()));
};
