import {microsoftFeedUrl} from '../../trust/profile/microsoft.ts';
import type {Settings} from '../settings/effective.ts';
import {acceptFeed, type ReceivedFeed} from '../verified-feed.ts';
import {type AgentContext, sourceContext} from './context.ts';

export const feedSourceOf = ({agent}: Pick<Settings, 'agent'>): string => agent.feed ?? microsoftFeedUrl;

/** Gets the feed of the settings, proves and keeps it. @throws Refusal FEED.*, TRUST.*, TRUST_PROFILE.* */
export const fetchFeedOf = (settings: Settings, context: AgentContext): Promise<ReceivedFeed> =>
  acceptFeed(feedSourceOf(settings), {
    ...sourceContext(context, settings),
    proxy: settings.proxy,
    systemProxy: context.systemProxy,
  });
