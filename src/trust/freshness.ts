import type {FreshnessPolicy} from './profile/schema.ts';
import type {TrustCode} from './reject.ts';
import type {FeedPayload} from './xml/payload.ts';

/** What was accepted before from one profile. Kept by the caller, in a file that only administrators can write. */
export interface FreshnessState {
  /** Oldest first; the last one is the newest that was accepted. */
  readonly accepted: readonly AcceptedFeed[];
}

export interface AcceptedFeed {
  /** SHA-256 of the signed bytes. */
  readonly digest: string;
  readonly version: string;
  readonly serial: number | null;
}

export interface FreshnessVerdict {
  readonly fault: {readonly code: TrustCode; readonly reason: string} | undefined;
  readonly warnings: readonly string[];
}

/** Negative, zero or positive; a missing component counts as 0. */
export const compareVersions = (left: string, right: string): number => {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 4; index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

type Rank = Pick<AcceptedFeed, 'version' | 'serial'>;

/** By serial where both have one: Microsoft's feed has none and is ranked by its version. */
const compareRank = (left: Rank, right: Rank): number =>
  left.serial !== null && right.serial !== null
    ? left.serial - right.serial
    : compareVersions(left.version, right.version);

const told = ({version, serial}: Rank): string => (serial === null ? `version ${version}` : `serial ${serial}`);

const none: FreshnessVerdict = {fault: undefined, warnings: []};
const fault = (code: TrustCode, reason: string): FreshnessVerdict => ({fault: {code, reason}, warnings: []});
const warning = (text: string): FreshnessVerdict => ({fault: undefined, warnings: [text]});
const by = (choice: 'warn' | 'refuse', code: TrustCode, reason: string): FreshnessVerdict =>
  choice === 'refuse' ? fault(code, reason) : warning(reason);

/** Against what was accepted before: TUF's rollback and fast-forward attacks. */
const againstHistory = (
  feed: AcceptedFeed,
  state: FreshnessState | undefined,
  policy: FreshnessPolicy,
): FreshnessVerdict => {
  const latest = state?.accepted.at(-1);
  if (!state || !latest || latest.digest === feed.digest) return none;
  const highest = state.accepted.reduce((high, each) => (compareRank(each, high) > 0 ? each : high), latest);
  const difference = compareRank(feed, highest);
  if (difference < 0) {
    return fault('TRUST.ROLLBACK', `This feed has ${told(feed)}, but ${told(highest)} was accepted before.`);
  }
  if (state.accepted.some(({digest}) => digest === feed.digest)) {
    return fault('TRUST.ROLLBACK', `This feed was accepted before and has been replaced since (${told(feed)}).`);
  }
  if (difference === 0) {
    const reason = `This feed has ${told(feed)} as the one accepted before, but other content.`;
    return by(policy.sameVersion, 'TRUST.SAME_VERSION_OTHER_CONTENT', reason);
  }
  const jump = feed.serial !== null && highest.serial !== null ? feed.serial - highest.serial : 0;
  return jump > policy.maximumJump
    ? fault(
        'TRUST.VERSION_JUMP',
        `The serial jumps from ${highest.serial} to ${feed.serial}: later feeds would never count again.`,
      )
    : none;
};

const dayMs = 86_400_000;

const againstClock = (
  {issued, expires}: FeedPayload,
  policy: FreshnessPolicy,
  now: Date,
): readonly FreshnessVerdict[] => {
  const verdicts: FreshnessVerdict[] = [];
  if (expires && now > expires) {
    verdicts.push(by(policy.expired, 'TRUST.FEED_EXPIRED', `The feed expired on ${expires.toISOString()}.`));
  }
  const ageDays = issued ? (now.getTime() - issued.getTime()) / dayMs : 0;
  if (policy.maximumAgeDays !== null && ageDays > policy.maximumAgeDays) {
    const reason = `The feed was issued ${Math.floor(ageDays)} days ago; the profile allows ${policy.maximumAgeDays}.`;
    verdicts.push(by(policy.tooOld, 'TRUST.FEED_TOO_OLD', reason));
  }
  if (ageDays < -1)
    verdicts.push(warning(`The feed says that it was issued in the future, on ${issued?.toISOString()}.`));
  return verdicts;
};

/**
 * Whether the feed is fresh. The time of a counter-signature plays no part: anyone can have an old signature stamped
 * again today.
 */
export const judgeFreshness = (
  payload: FeedPayload,
  digest: string,
  context: {readonly state: FreshnessState | undefined; readonly policy: FreshnessPolicy; readonly now: Date},
): FreshnessVerdict => {
  const feed = {digest, version: payload.version, serial: payload.serial ?? null};
  const verdicts = [
    againstHistory(feed, context.state, context.policy),
    ...againstClock(payload, context.policy, context.now),
  ];
  return {
    fault: verdicts.find((verdict) => verdict.fault)?.fault,
    warnings: verdicts.flatMap(({warnings}) => warnings),
  };
};
