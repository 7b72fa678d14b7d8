import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import {type RevocationSources, revocationSources} from '../trust/revocation-sources.ts';
import {outOfMemory, outOfTime, receiveVerification} from '../trust/transferred.ts';
import {type Verification, type VerifyOptions, verifyFeed} from '../trust/verify-feed.ts';
import type {VerifyAnswers, VerifyJob} from './verify-worker.ts';

/*
 * Verification with a deadline. The limits of `trust` keep every document that was ever found from being slow; this is the
 * fence behind them, for the one that nobody has found yet: it runs in a thread that can be stopped. Starting one costs more
 * than a small document can, so up to 64 KiB there is none; a genuine feed is 19 KiB.
 */

const smallBytes = 64 * 1024;
// The worst known document takes two seconds of an idle core; a busy server is several times slower.
const defaultDeadlineMs = 30_000;
const memoryMebibytes = 1024;

export interface Bounds {
  readonly deadlineMs?: number;
}

/** The thread's program: beside this module in the source tree, an entry of the bundle in a release. */
const program = (): string => {
  const names = ['./verify-worker.ts', './verify-worker.mjs'];
  const found = names.map((name) => fileURLToPath(new URL(name, import.meta.url))).find((path) => existsSync(path));
  if (found === undefined) throw new Error('the program of the thread that verifies is not there');
  return found;
};

type Outcome<T> = {readonly answer: T} | 'time' | 'memory';

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const ask = <A extends VerifyJob['ask']>(
  job: Extract<VerifyJob, {ask: A}>,
  deadlineMs: number,
): Promise<Outcome<VerifyAnswers[A]>> => {
  const {promise, resolve, reject} = Promise.withResolvers<Outcome<VerifyAnswers[A]>>();
  const resourceLimits = {maxOldGenerationSizeMb: memoryMebibytes};
  // Neither the environment nor flags of this process reach the thread: it is given all that it may know.
  const worker = new Worker(program(), {workerData: job, env: {}, execArgv: [], resourceLimits});
  const timer = setTimeout(() => resolve('time'), deadlineMs);
  worker.once('message', (answer: VerifyAnswers[A]) => resolve({answer}));
  worker.once('error', (error) => (isOutOfMemory(error) ? resolve('memory') : reject(error)));
  worker.once('exit', () => reject(new Error('the thread that verifies ended without an answer')));
  return promise.finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
};

/** `verifyFeed`, within a deadline. @see verifyFeed */
export const verifyBounded = async (
  bytes: Uint8Array,
  options: VerifyOptions,
  {deadlineMs = defaultDeadlineMs}: Bounds = {},
): Promise<Verification> => {
  if (bytes.length <= smallBytes) return verifyFeed(bytes, options);
  const outcome = await ask({ask: 'verify', bytes, options}, deadlineMs);
  if (outcome === 'time') return outOfTime(deadlineMs);
  return outcome === 'memory' ? outOfMemory(memoryMebibytes) : receiveVerification(outcome.answer, bytes);
};

/** `revocationSources`, within a deadline; who cannot be read in time has nobody to be asked about. */
export const revocationSourcesBounded = async (
  bytes: Uint8Array,
  options: Parameters<typeof revocationSources>[1],
  {deadlineMs = defaultDeadlineMs}: Bounds = {},
): Promise<RevocationSources> => {
  if (bytes.length <= smallBytes) return revocationSources(bytes, options);
  const outcome = await ask({ask: 'revocation-sources', bytes, options}, deadlineMs);
  return typeof outcome === 'string' ? {crlUrls: [], ocsp: []} : outcome.answer;
};
