import type {FreshnessPolicy} from './profile/schema.ts';

/*
 * TUF's freeze attack: whoever stands between can serve an old answer for ever, or none. Nothing in a feed shows that, so silence itself is
 * an alarm: no answer for N hours, or the same one for N days.
 */

export interface StalenessLimits {
  /** null: no alarm. */
  readonly noFetchMs: number | null;
  readonly sameAnswerMs: number | null;
}

/** What is remembered of the feed of one profile. */
export interface FeedHistory {
  readonly profile: string;
  /** The last time that a feed was had and accepted; null: never. */
  readonly lastFetch: Date | null;
  /** Since when it is this content by this certificate. */
  readonly sameSince: Date | null;
}

export interface FeedAlarm {
  readonly is: 'no-fetch' | 'same-answer';
  readonly profile: string;
  readonly since: Date;
  readonly words: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const stalenessLimits = ({noFetchHours, sameAnswerDays}: FreshnessPolicy): StalenessLimits => ({
  noFetchMs: noFetchHours === null ? null : noFetchHours * hourMs,
  sameAnswerMs: sameAnswerDays === null ? null : sameAnswerDays * dayMs,
});

const isOver = (since: Date | null, limitMs: number | null, now: Date): since is Date =>
  since !== null && limitMs !== null && now.getTime() - since.getTime() > limitMs;

/** The alarms of one profile; a clock that was set back raises none. */
export const judgeStaleness = (
  {profile, lastFetch, sameSince}: FeedHistory,
  {noFetchMs, sameAnswerMs}: StalenessLimits,
  now: Date,
): readonly FeedAlarm[] => {
  const alarms: FeedAlarm[] = [];
  if (isOver(lastFetch, noFetchMs, now)) {
    const words = `No feed was had and accepted under the profile "${profile}" since ${lastFetch.toISOString()}: a new mitigation would not be noticed.`;
    alarms.push({is: 'no-fetch', profile, since: lastFetch, words});
  }
  if (isOver(sameSince, sameAnswerMs, now)) {
    const words = `The feed of the profile "${profile}" is the same since ${sameSince.toISOString()}: either its publisher is silent, or somebody keeps newer ones from this server.`;
    alarms.push({is: 'same-answer', profile, since: sameSince, words});
  }
  return alarms;
};
