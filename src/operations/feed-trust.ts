import {latestAccepted, readFreshness} from '../feed/freshness-file.ts';
import {readKeptFeed} from '../feed/kept-feeds.ts';
import type {Ending} from '../trust/chain.ts';
import {loadTrustProfiles} from './trust-profiles.ts';
import {verifyBounded} from './verify-bounded.ts';

/** How long the feed that was had last is trusted for, revocation aside. */
export interface FeedTrust {
  readonly profile: string;
  readonly documentDigest: string;
  /** Whose feeds count no more from `blindFrom` on; null where this one is not trusted at this time. */
  readonly signer: string | null;
  readonly blindFrom: Ending | null;
  /** What it rests on and ends within 90 days. */
  readonly endingSoon: readonly Ending[];
  /** Why it is not trusted at this time; null: it is. */
  readonly refused: {readonly code: string; readonly reason: string} | null;
}

/**
 * Asks nobody and writes nothing; undefined before the first feed.
 * @throws Refusal FEED.FRESHNESS_UNREADABLE, FEED.NOT_KEPT, FEED.KEPT_CHANGED, TRUST_PROFILE.*
 */
export const feedTrust = async (context: {
  readonly stateDir: string;
  readonly cwd: string;
  readonly now: Date;
}): Promise<FeedTrust | undefined> => {
  const latest = latestAccepted(await readFreshness(context.stateDir));
  if (!latest) return undefined;
  const {profile, documentDigest} = latest;
  const bytes = await readKeptFeed(context.stateDir, documentDigest);
  const known = await loadTrustProfiles([], context);
  const profiles = known.map((each) => ({...each, revocation: 'off' as const}));
  const verification = await verifyBounded(bytes, {now: context.now, profiles});
  if (!verification.verified) {
    const {code, reason} = verification;
    return {profile, documentDigest, signer: null, blindFrom: null, endingSoon: [], refused: {code, reason}};
  }
  const {feed, blindFrom, endingSoon} = verification;
  return {profile, documentDigest, signer: feed.signer, blindFrom, endingSoon, refused: null};
};
