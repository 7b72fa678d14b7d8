import {feedLimitBytes} from './feed-file.ts';
import {type Downloaded, download, type NetworkOptions} from './network.ts';

const deadlineMs = 60_000;

export const isFeedAddress = (source: string): boolean => /^https?:\/\//i.test(source);

export interface FeedRequest extends NetworkOptions {
  /** An https address. */
  readonly address: string;
  /** Hosts of the trust profiles; none: the host of the address alone. */
  readonly hosts: readonly string[];
  readonly deadlineMs?: number;
}

/** A feed from its publisher, unjudged: https only, nothing cached on the way. @throws Refusal FEED.* */
export const fetchFeed = (request: FeedRequest): Promise<Downloaded> => {
  const own = URL.canParse(request.address) ? [new URL(request.address).hostname] : [];
  const rules = {
    protocols: ['https:'] as const,
    hosts: request.hosts.length > 0 ? request.hosts : own,
    limitBytes: feedLimitBytes,
    deadlineMs: request.deadlineMs ?? deadlineMs,
  };
  return download(request.address, rules, request);
};
