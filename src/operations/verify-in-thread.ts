import {Worker} from 'node:worker_threads';
import {type ThreadProgram, threadProgram} from '../kit/thread-program.ts';
import {nobody, type RevocationSources, type revocationSources} from '../trust/revocation-sources.ts';
import {outOfMemory, outOfTime, receiveVerification} from '../trust/transferred.ts';
import type {Verification, VerifyOptions} from '../trust/verify-feed.ts';
import type {Bounds} from './verify-bounded.ts';
import type {VerifyAnswers, VerifyJob} from './verify-worker.ts';

/* The questions of verify-bounded.ts, each asked of a thread of its own that is stopped when its time is over. */

// The worst known document takes two seconds of an idle core; a busy server is several times slower.
const defaultDeadlineMs = 30_000;
const memoryMebibytes = 1024;

const verifier = (): ThreadProgram => {
  const found = threadProgram({bundle: 'verify-worker', source: './verify-worker.ts'}, import.meta.url);
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
  const {program, eval: isCode} = verifier();
  const worker = new Worker(program, {eval: isCode, workerData: job, env: {}, execArgv: [], resourceLimits});
  const timer = setTimeout(() => resolve('time'), deadlineMs);
  worker.once('message', (answer: VerifyAnswers[A]) => resolve({answer}));
  worker.once('error', (error) => (isOutOfMemory(error) ? resolve('memory') : reject(error)));
  worker.once('exit', () => reject(new Error('the thread that verifies ended without an answer')));
  return promise.finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
};

export const verifyInThread = async (
  bytes: Uint8Array,
  options: VerifyOptions,
  {deadlineMs = defaultDeadlineMs}: Bounds,
): Promise<Verification> => {
  const outcome = await ask({ask: 'verify', bytes, options}, deadlineMs);
  if (outcome === 'time') return outOfTime(deadlineMs);
  return outcome === 'memory' ? outOfMemory(memoryMebibytes) : receiveVerification(outcome.answer, bytes);
};

export const revocationSourcesInThread = async (
  bytes: Uint8Array,
  options: Parameters<typeof revocationSources>[1],
  {deadlineMs = defaultDeadlineMs}: Bounds,
): Promise<RevocationSources> => {
  const outcome = await ask({ask: 'revocation-sources', bytes, options}, deadlineMs);
  return typeof outcome === 'string' ? nobody : outcome.answer;
};
