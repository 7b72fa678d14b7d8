import {type Freshness, readFreshness, withAccepted, writeFreshness} from '../feed/freshness-file.ts';
import {keepFeed} from '../feed/kept-feeds.ts';
import {openStateFolder} from '../journal/state-folder.ts';
import {folderGuard} from '../kit/folder-guard.ts';
import {Refusal} from '../kit/refusal.ts';
import type {TrustProfile} from '../trust/profile/profile.ts';
import type {Accepted, Verification} from '../trust/verify-feed.ts';
import {askRevocation} from './ask-revocation.ts';
import type {NetworkContext} from './network.ts';
import {receiveFeed} from './receive-feed.ts';
import {loadTrustProfiles} from './trust-profiles.ts';
import {verifyBounded} from './verify-bounded.ts';

/** Where a feed is judged: on which memory, by which profiles, at what time, through which network. */
export interface FeedContext extends NetworkContext {
  readonly stateDir: string;
  readonly cwd: string;
  readonly now: Date;
  /** Names or files of trust profiles; none: all that are known. */
  readonly profiles: readonly string[];
}

/** A feed that has been replaced since says what was applied from it; what is to be applied is never read from there. */
type Superseded = 'refused' | 'told';

export interface ReceivedFeed extends Accepted {
  readonly bytes: Uint8Array;
}

interface Judged {
  readonly verification: Verification;
  readonly freshness: Freshness;
}

const judge = async (
  bytes: Uint8Array,
  profiles: readonly TrustProfile[],
  context: FeedContext & {readonly cache: 'keep' | 'read'; readonly superseded?: Superseded},
): Promise<Judged> => {
  const {problems, ...revocation} = await askRevocation(bytes, profiles, context);
  const freshness = await readFreshness(context.stateDir);
  const judgedBy = context.superseded === 'told' ? {} : {freshness};
  const verification = await verifyBounded(bytes, {now: context.now, profiles, ...revocation, ...judgedBy});
  return {
    verification: verification.verified
      ? {...verification, warnings: [...verification.warnings, ...problems]}
      : verification,
    freshness,
  };
};

/** An answer that is not "verified", as what is thrown. */
export const refusedFeed = (source: string, code: string, reason: string): Refusal =>
  new Refusal(code, `The feed ${source} is not trusted: ${reason}`, {
    where: {file: source},
    untouched: 'Nothing of the feed was used.',
    next: [{label: 'See each check', command: `stopgap feed verify ${source}`}],
  });

/**
 * Gets a feed, proves it, keeps the document by its digest and remembers it, so that an older one is refused later.
 * @throws Refusal FEED.*, TRUST.*, TRUST_PROFILE.*
 */
export const acceptFeed = async (source: string, context: FeedContext): Promise<ReceivedFeed> => {
  const profiles = await loadTrustProfiles(context.profiles, context);
  // Who can write there could make this machine forget, and take an old feed for a new one.
  await openStateFolder(context.stateDir, folderGuard());
  const {bytes, warnings} = await receiveFeed(source, profiles, context);
  const {verification, freshness} = await judge(bytes, profiles, {...context, cache: 'keep'});
  if (!verification.verified) throw refusedFeed(source, verification.code, verification.reason);
  const {feed} = verification;
  const documentDigest = await keepFeed(context.stateDir, bytes);
  const {digest, signerCertificate, version, serial = null} = feed;
  const at = context.now.toISOString();
  const entry = {digest, documentDigest, signerCertificate, version, serial, acceptedAt: at};
  await writeFreshness(context.stateDir, withAccepted(freshness, feed.profile, {entry, fetch: {at, source}}));
  return {...verification, warnings: [...verification.warnings, ...warnings], bytes};
};

/** Proves bytes that are at hand, against what was accepted before. Writes nothing: a dry run may call it. */
export const checkFeed = async (
  bytes: Uint8Array,
  context: FeedContext,
  superseded: Superseded = 'refused',
): Promise<Verification> => {
  const profiles = await loadTrustProfiles(context.profiles, context);
  return (await judge(bytes, profiles, {...context, cache: 'read', superseded})).verification;
};
