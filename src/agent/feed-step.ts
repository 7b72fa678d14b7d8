import {isRefusal, type Refusal} from '../kit/refusal.ts';
import {alarmsOf, feedSourceOf, fetchFeedOf} from '../operations/agent/fetch.ts';
import type {Settings} from '../operations/settings/effective.ts';
import type {Agent} from './agent.ts';

const dayMs = 24 * 3_600_000;
const soonMs = 90 * dayMs;

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
  const {digest, since} = mind.memory().feed;
  const fresh = digest !== feed.documentDigest;
  mind.change({feed: {failures: 0, problem: null, since, lastSuccess: now, digest: feed.documentDigest, told: now}});
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

const failed = async ({code, message}: Refusal, settings: Settings, {mind, voice, clock}: Agent): Promise<void> => {
  const {feed} = mind.memory();
  const failures = feed.failures + 1;
  mind.change({feed: {...feed, failures, problem: {code, message}, told: clock.now().toISOString()}});
  const {lastSuccess} = feed;
  await voice.tell({is: 'feed-failed', source: feedSourceOf(settings), code, message, inARow: failures, lastSuccess});
};

const kinds = ['no-fetch', 'same-answer'] as const;

/** Silence and standstill look like peace: after a while somebody has to hear of them. */
const judgeSilence = async (settings: Settings, {context, voice, mind, clock}: Agent): Promise<void> => {
  const alarms = await alarmsOf(settings, context);
  const {lastSuccess, since} = mind.memory().feed;
  // No profile has a memory of a feed that never came.
  const never = lastSuccess === null && since !== null && clock.now().getTime() - new Date(since).getTime() > dayMs;
  for (const because of kinds) {
    const alarm = alarms.find(({is}) => is === because)?.since.toISOString();
    const from = alarm ?? (because === 'no-fetch' && never ? since : undefined);
    if (from === undefined) voice.over(`stale/${because}`);
    else await voice.tellOnce(`stale/${because}`, from, () => ({is: 'feed-stale', because, since: from}));
  }
};
