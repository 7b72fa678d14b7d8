import {type RevocationSources, revocationSources} from '../trust/revocation-sources.ts';
import {type Verification, type VerifyOptions, verifyFeed} from '../trust/verify-feed.ts';

/*
 * Verification with a deadline. The limits of `trust` keep every document that was ever found from being slow; this is the
 * fence behind them, for the one that nobody has found yet: it runs in a thread that can be stopped. Starting one costs more
 * than a small document can, so up to 64 KiB there is none; a genuine feed is 19 KiB.
 */

const smallBytes = 64 * 1024;

export interface Bounds {
  readonly deadlineMs?: number;
}

// Loaded only where a thread is needed: a run that verifies the genuine feed is mostly loading of modules.
const thread = () => import('./verify-in-thread.ts');

/** `verifyFeed`, within a deadline. @see verifyFeed */
export const verifyBounded = async (
  bytes: Uint8Array,
  options: VerifyOptions,
  bounds: Bounds = {},
): Promise<Verification> =>
  bytes.length <= smallBytes ? verifyFeed(bytes, options) : (await thread()).verifyInThread(bytes, options, bounds);

/** `revocationSources`, within a deadline; who cannot be read in time has nobody to be asked about. */
export const revocationSourcesBounded = async (
  bytes: Uint8Array,
  options: Parameters<typeof revocationSources>[1],
  bounds: Bounds = {},
): Promise<RevocationSources> =>
  bytes.length <= smallBytes
    ? revocationSources(bytes, options)
    : (await thread()).revocationSourcesInThread(bytes, options, bounds);
