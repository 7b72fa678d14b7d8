import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import {type FeedMemoryOf, feedMemories} from '../feed-alarms.ts';
import {bad, type Diagnosis, good, warn} from './diagnosis.ts';
import {orRefusal} from './or-refusal.ts';
import {question} from './question.ts';

type Seen = readonly Pick<FeedMemoryOf, 'profile' | 'lastFetch' | 'sameSince' | 'alarms'>[];

/** A refusal: what was accepted before cannot be told, so no feed is accepted at all. */
export const judgeFeedAge = (memories: Seen | Refusal): Diagnosis => {
  if (isRefusal(memories)) return bad(`${memories.message} [${memories.code}]`, ...memories.next);
  if (memories.length === 0) {
    return warn('no feed was ever accepted here: no new mitigation would be noticed', {
      label: 'Get one, or let the agent do it every hour',
      command: 'stopgap feed fetch',
    });
  }
  const alarms = memories.flatMap((memory) => memory.alarms);
  if (alarms.length > 0) {
    return bad(alarms.map(({words}) => words).join(' '), {
      label: 'Fetch it now, and see what it says',
      command: 'stopgap feed fetch',
    });
  }
  return good(
    memories
      .map(({profile, lastFetch, sameSince}) => {
        const last = lastFetch ? `last had ${lastFetch.at} from ${lastFetch.source}` : `accepted ${sameSince ?? ''}`;
        return `profile "${profile}": ${last}, the same since ${sameSince ?? ''}`;
      })
      .join('; '),
  );
};

export const feedAge = question({
  ...{id: 'feed-age', title: 'Age of the feed', of: 'server'},
  look: async ({stateDir, cwd, at, usableSettings}): Promise<Seen | Refusal> => {
    const {noFetchFor, sameAnswerFor, profiles} = (await usableSettings()).agent;
    const limits = {
      ...(noFetchFor !== undefined && {noFetchMs: noFetchFor}),
      ...(sameAnswerFor !== undefined && {sameAnswerMs: sameAnswerFor}),
    };
    return orRefusal(() => feedMemories({stateDir, cwd, now: at(), profiles, limits}));
  },
  judge: judgeFeedAge,
});
