import {type FeedMemory, type Freshness, type LastFetch, readFreshness} from '../feed/freshness-file.ts';
import type {TrustProfile} from '../trust/profile/profile.ts';
import {type FeedAlarm, judgeStaleness, type StalenessLimits, stalenessLimits} from '../trust/staleness.ts';
import {loadTrustProfiles, type ProfileContext} from './trust-profiles.ts';

export interface AlarmContext extends ProfileContext {
  readonly stateDir: string;
  readonly now: Date;
  /** Names or files of trust profiles; absent: all that are known. */
  readonly profiles?: readonly string[];
  /** In place of what each profile says. */
  readonly limits?: Partial<StalenessLimits>;
}

/** What is known of the feed of one profile. */
export interface FeedMemoryOf {
  readonly profile: string;
  /** undefined in a memory of before it was kept, too. */
  readonly lastFetch: LastFetch | undefined;
  /** Since when the newest accepted feed is the same content by the same certificate. */
  readonly sameSince: string | undefined;
  /** SHA-256 of the newest accepted document, by which it is kept. */
  readonly documentDigest: string | undefined;
  readonly alarms: readonly FeedAlarm[];
}

const isInForce = ({until}: TrustProfile, now: Date): boolean => until === undefined || now <= until;

const memoryOf = (profile: TrustProfile, memory: FeedMemory, {now, limits}: AlarmContext): FeedMemoryOf => {
  const newest = memory.accepted.at(-1);
  // Before the last fetch was kept, a feed was accepted at least when it was accepted first.
  const lastFetch = memory.lastFetch?.at ?? newest?.acceptedAt;
  const history = {
    profile: profile.name,
    lastFetch: lastFetch === undefined ? null : new Date(lastFetch),
    sameSince: newest === undefined ? null : new Date(newest.acceptedAt),
  };
  return {
    profile: profile.name,
    lastFetch: memory.lastFetch,
    sameSince: newest?.acceptedAt,
    documentDigest: newest?.documentDigest,
    alarms: judgeStaleness(history, {...stalenessLimits(profile.freshness), ...limits}, now),
  };
};

const memoriesOf = (freshness: Freshness, profiles: readonly TrustProfile[], context: AlarmContext) =>
  profiles.flatMap((profile) => {
    const memory = Object.hasOwn(freshness, profile.name) ? freshness[profile.name] : undefined;
    return memory && isInForce(profile, context.now) ? [memoryOf(profile, memory, context)] : [];
  });

/**
 * What this server remembers of the feeds of every such profile that is in force. A profile under which nothing was ever accepted
 * is not among them.
 * @throws Refusal FEED.FRESHNESS_UNREADABLE, TRUST_PROFILE.*
 */
export const feedMemories = async (context: AlarmContext): Promise<readonly FeedMemoryOf[]> =>
  memoriesOf(await readFreshness(context.stateDir), await loadTrustProfiles(context.profiles ?? [], context), context);

/** Where the feed has been silent for longer than it may be. @throws Refusal as feedMemories */
export const feedAlarms = async (context: AlarmContext): Promise<readonly FeedAlarm[]> =>
  (await feedMemories(context)).flatMap(({alarms}) => alarms);
