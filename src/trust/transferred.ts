import {sha256} from '../kit/hash.ts';
import {type FeedContent, mintVerifiedFeed} from './verified-feed.ts';
import type {Accepted, Refused, Verification} from './verify-feed.ts';

/** A verification that has crossed the border of a thread: all of its words, without the type that proves it. */
export type TransferredVerification = Refused | (Omit<Accepted, 'feed'> & {readonly feed: FeedContent});

/**
 * The answer of `verifyFeed` in a thread of our own as a verification here. No second proof is asked for: the thread runs
 * this same code in this same process, and who could forge its answer could write into our memory. What is held is that
 * the answer is about these bytes and that its text is whole. A test holds who may call it.
 */
export const receiveVerification = (answer: TransferredVerification, bytes: Uint8Array): Verification => {
  if (!answer.verified) return answer;
  const {feed} = answer;
  if (feed.documentDigest !== sha256(bytes) || feed.digest !== sha256(feed.xml)) {
    throw new Error('the thread that verified answered about another document');
  }
  return {...answer, feed: mintVerifiedFeed(feed)};
};

/** No answer in time is a refusal like any other: nothing of the document is used. */
export const outOfTime = (deadlineMs: number): Refused => ({
  verified: false,
  code: 'TRUST.TIME_LIMIT',
  reason: `The document could not be judged within ${deadlineMs / 1000} seconds.`,
});

/** What a thread that ran out of memory leaves behind. */
export const outOfMemory = (mebibytes: number): Refused => ({
  verified: false,
  code: 'TRUST.LIMIT',
  reason: `The document could not be judged within ${mebibytes} MiB of memory.`,
});
