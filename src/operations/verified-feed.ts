import {resolve} from 'node:path';
import {fetchCrls} from '../feed/crls.ts';
import {readFeedFile} from '../feed/feed-file.ts';
import {fetchFeed, isFeedAddress} from '../feed/fetch-feed.ts';
import {type Freshness, readFreshness, withAccepted, writeFreshness} from '../feed/freshness-file.ts';
import {keepFeed} from '../feed/kept-feeds.ts';
import {askOcsp} from '../feed/ocsp.ts';
import type {SystemProxy} from '../feed/system-proxy.ts';
import {openStateFolder} from '../journal/state-folder.ts';
import {folderGuard} from '../kit/folder-guard.ts';
import {Refusal} from '../kit/refusal.ts';
import type {TrustProfile} from '../trust/profile/profile.ts';
import type {Accepted, Verification} from '../trust/verify-feed.ts';
import {revocationSourcesBounded} from './revocation-bounded.ts';
import {loadTrustProfiles} from './trust-profiles.ts';
import {verifyBounded} from './verify-bounded.ts';

/** Where a feed is judged: on which memory, by which profiles, at what time, through which network. */
export interface FeedContext {
  readonly stateDir: string;
  readonly cwd: string;
  readonly now: Date;
  /** Names or files of trust profiles; none: all that are known. */
  readonly profiles: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly proxy?: string | undefined;
  /** What the operating system says; asked where neither `proxy` nor the environment names one. */
  readonly systemProxy?: SystemProxy | undefined;
}

export interface ReceivedFeed extends Accepted {
  readonly bytes: Uint8Array;
}

/** The bytes that an https address or a file gives, unjudged. */
export const receiveFeed = (
  source: string,
  profiles: readonly TrustProfile[],
  {cwd, env, proxy, systemProxy}: Pick<FeedContext, 'cwd' | 'env' | 'proxy' | 'systemProxy'>,
): Promise<Uint8Array> => {
  if (!isFeedAddress(source)) return readFeedFile(resolve(cwd, source));
  return fetchFeed({address: source, hosts: profiles.flatMap(({hosts}) => hosts), env, proxy, systemProxy});
};

interface Judged {
  readonly verification: Verification;
  readonly freshness: Freshness;
}

interface Revocation {
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly problems: readonly string[];
}

/** Asks lists and responders, and only about a chain that is trusted but for revocation. */
const askRevocation = async (
  bytes: Uint8Array,
  profiles: readonly TrustProfile[],
  {stateDir, now, env, proxy, systemProxy}: FeedContext,
  cache: 'keep' | 'read',
): Promise<Revocation> => {
  const {crlUrls, ocsp} = await revocationSourcesBounded(bytes, {profiles, now});
  const lists = await fetchCrls({urls: crlUrls, stateDir, now, env, proxy, systemProxy, cache});
  const {responses, problems} = await askOcsp({questions: ocsp, env, proxy, systemProxy});
  return {crls: lists.crls, ocspResponses: responses, problems: [...lists.problems, ...problems]};
};

const judge = async (
  bytes: Uint8Array,
  profiles: readonly TrustProfile[],
  context: FeedContext,
  cache: 'keep' | 'read',
): Promise<Judged> => {
  const {problems, ...revocation} = await askRevocation(bytes, profiles, context, cache);
  const freshness = await readFreshness(context.stateDir);
  const verification = await verifyBounded(bytes, {now: context.now, profiles, ...revocation, freshness});
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
  const bytes = await receiveFeed(source, profiles, context);
  const {verification, freshness} = await judge(bytes, profiles, context, 'keep');
  if (!verification.verified) throw refusedFeed(source, verification.code, verification.reason);
  const {feed} = verification;
  const documentDigest = await keepFeed(context.stateDir, bytes);
  const entry = {
    digest: feed.digest,
    documentDigest,
    version: feed.version,
    serial: feed.serial ?? null,
    acceptedAt: context.now.toISOString(),
  };
  const after = withAccepted(freshness, feed.profile, entry);
  if (after !== freshness) await writeFreshness(context.stateDir, after);
  return {...verification, bytes};
};

/** Proves bytes that are at hand, against what was accepted before. Writes nothing: a dry run may call it. */
export const checkFeed = async (bytes: Uint8Array, context: FeedContext): Promise<Verification> => {
  const profiles = await loadTrustProfiles(context.profiles, context);
  return (await judge(bytes, profiles, context, 'read')).verification;
};
