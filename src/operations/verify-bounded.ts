import {type Verification, type VerifyOptions, verifyFeed} from '../trust/verify-feed.ts';

/*
 * Verification with a deadline. The limits of `trust` keep every document that was ever found from being slow; this is the
 * fence behind them, for the one that nobody has found yet: it runs in a thread that can be stopped. Starting one costs more
 * than a small document can, so up to 64 KiB there is none; a genuine feed is 19 KiB.
 */

export const smallBytes = 64 * 1024;

export interface Bounds {
  readonly deadlineMs?: number;
}

/** `verifyFeed`, within a deadline. @see verifyFeed */
export const verifyBounded = async (
  bytes: Uint8Array,
  options: VerifyOptions,
  bounds: Bounds = {},
): Promise<Verification> =>
  bytes.length <= smallBytes
    ? verifyFeed(bytes, options)
    : // Loaded only where it is needed: a run that verifies the genuine feed is mostly loading of modules.
      (await import('./verify-in-thread.ts')).verifyInThread(bytes, options, bounds);
