import {isRefusal, type Refusal} from '../kit/refusal.ts';
import {feedSourceOf, fetchFeedOf} from '../operations/agent/fetch.ts';
import type {AgentMemory} from '../operations/agent/memory.ts';
import type {Settings} from '../operations/settings/effective.ts';
import type {Agent} from './agent.ts';

const soonMs = 90 * 24 * 3_600_000;

/** Gets and proves the feed. One that fails changes nothing: the last accepted one goes on counting. */
export const feedStep = async (settings: Settings, agent: Agent): Promise<void> => {
  const {mind} = agent;
  const before = mind.memory().feed;
  const now = agent.clock.now().toISOString();
  mind.change({feed: {...before, since: before.since ?? now}});
  try {
    await accepted(settings, agent);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await failed(error, settings, agent);
  }
  await judgeSilence(settings, agent);
};

const accepted = async (settings: Settings, agent: Agent): Promise<void> => {
  const {context, mind, voice} = agent;
  const source = feedSourceOf(settings);
  const {feed, blindFrom} = await fetchFeedOf(settings, context);
  const now = agent.clock.now().toISOString();
  const {digest, since, sameSince} = mind.memory().feed;
  const fresh = digest !== feed.documentDigest;
  mind.change({
    feed: {
      failures: 0,
      problem: null,
      since,
      lastSuccess: now,
      digest: feed.documentDigest,
      sameSince: fresh ? now : (sameSince ?? now),
    },
  });
  const {version, mitigationIds: ids} = feed;
  await voice.tell({is: 'feed-accepted', source, digest: feed.documentDigest, version, fresh, ids});
  if (blindFrom === null || blindFrom.at.getTime() - agent.clock.now().getTime() > soonMs) return voice.over('trust');
  const ends = blindFrom.at.toISOString();
  await voice.tellOnce('trust', `${blindFrom.what} ${ends}`, () => ({
    is: 'trust-ending',
    what: blindFrom.what,
    ends,
    blindFrom: ends,
  }));
};

const failed = async ({code, message}: Refusal, settings: Settings, {mind, voice}: Agent): Promise<void> => {
  const {feed} = mind.memory();
  const failures = feed.failures + 1;
  mind.change({feed: {...feed, failures, problem: {code, message}}});
  const {lastSuccess} = feed;
  await voice.tell({is: 'feed-failed', source: feedSourceOf(settings), code, message, inARow: failures, lastSuccess});
};

/** Silence and standstill look like peace: after a while somebody has to hear of them. */
const judgeSilence = async ({agent: {noFetchFor, sameAnswerFor}}: Settings, agent: Agent): Promise<void> => {
  const {feed} = agent.mind.memory();
  const age = (since: string | null): number =>
    since === null ? 0 : agent.clock.now().getTime() - new Date(since).getTime();
  await stale('no-fetch', silentSince(feed), age(silentSince(feed)) > noFetchFor, agent);
  await stale('same-answer', feed.sameSince, sameAnswerFor !== undefined && age(feed.sameSince) > sameAnswerFor, agent);
};

const silentSince = ({problem, lastSuccess, since}: AgentMemory['feed']): string | null =>
  problem === null ? null : (lastSuccess ?? since);

const stale = async (
  because: 'no-fetch' | 'same-answer',
  since: string | null,
  isStale: boolean,
  {voice}: Agent,
): Promise<void> => {
  if (!isStale || since === null) return voice.over(`stale/${because}`);
  await voice.tellOnce(`stale/${because}`, since, () => ({is: 'feed-stale', because, since}));
};
