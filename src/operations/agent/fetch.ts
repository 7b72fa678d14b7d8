import {microsoftFeedUrl} from '../../trust/profile/microsoft.ts';
import {feedAlarms} from '../feed-alarms.ts';
import type {Settings} from '../settings/effective.ts';
import {acceptFeed, type ReceivedFeed} from '../verified-feed.ts';
import {type AgentContext, sourceContext} from './context.ts';

export const feedSourceOf = ({agent}: Pick<Settings, 'agent'>): string => agent.feed ?? microsoftFeedUrl;

/** Gets the feed of the settings, proves and keeps it. @throws Refusal FEED.*, TRUST.*, TRUST_PROFILE.* */
export const fetchFeedOf = (settings: Settings, context: AgentContext): Promise<ReceivedFeed> =>
  acceptFeed(feedSourceOf(settings), sourceContext(context, settings));

/** Where the feed has been silent, or the same, for longer than it may be. @throws Refusal FEED.FRESHNESS_UNREADABLE */
export const alarmsOf = (settings: Settings, context: AgentContext): ReturnType<typeof feedAlarms> => {
  const {noFetchFor, sameAnswerFor} = settings.agent;
  const limits = {
    ...(noFetchFor !== undefined && {noFetchMs: noFetchFor}),
    ...(sameAnswerFor !== undefined && {sameAnswerMs: sameAnswerFor}),
  };
  return feedAlarms({...sourceContext(context, settings), limits});
};
