import {parentPort, workerData} from 'node:worker_threads';
import type {TrustProfile} from '../trust/profile/profile.ts';
import {type RevocationSources, revocationSources} from '../trust/revocation-sources.ts';
import type {TransferredVerification} from '../trust/transferred.ts';
import {type VerifyOptions, verifyFeed} from '../trust/verify-feed.ts';

/** What the thread is asked; it is all data, and so is the answer. */
export type VerifyJob =
  | {readonly ask: 'verify'; readonly bytes: Uint8Array; readonly options: VerifyOptions}
  | {
      readonly ask: 'revocation-sources';
      readonly bytes: Uint8Array;
      readonly options: {readonly profiles: readonly TrustProfile[]; readonly now: Date};
    };

export interface VerifyAnswers {
  readonly verify: TransferredVerification;
  readonly 'revocation-sources': RevocationSources;
}

const answerTo = (job: VerifyJob): VerifyAnswers[VerifyJob['ask']] =>
  job.ask === 'verify' ? verifyFeed(job.bytes, job.options) : revocationSources(job.bytes, job.options);

parentPort?.postMessage(answerTo(workerData));
