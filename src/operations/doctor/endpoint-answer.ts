import {type FeedRequest, fetchFeed, isFeedAddress} from '../../feed/fetch-feed.ts';
import type {Downloaded, NetworkOptions} from '../../feed/network.ts';
import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import type {TrustProfile} from '../../trust/profile/profile.ts';
import type {NetworkContext} from '../network.ts';
import {allowedHosts} from '../receive-feed.ts';
import {loadTrustProfiles} from '../trust-profiles.ts';
import {namedProxy, type ProxiesSeen} from './proxies.ts';

export interface EndpointQuestion {
  /** An https address or a file, as the settings name it. */
  readonly source: string;
  readonly profiles: readonly string[];
  readonly stateDir: string;
  readonly cwd: string;
  readonly now: () => Date;
  readonly deadlineMs: number;
  readonly way: NetworkContext;
  readonly network: () => Promise<NetworkOptions>;
}

/** What the endpoint of the feed did when it was asked, once, for all the questions about it. */
export interface EndpointAnswer {
  readonly question: EndpointQuestion;
  /** undefined: the feed is a file. */
  readonly url: URL | undefined;
  /** What the network was asked through, and who names it; undefined: nothing. */
  readonly proxy: ProxiesSeen['used'];
  /** Those that may accept it. */
  readonly profiles: readonly TrustProfile[];
  readonly outcome:
    | {readonly is: 'answered'; readonly answer: Downloaded; readonly at: Date}
    | {readonly is: 'refused'; readonly refusal: Refusal}
    | {readonly is: 'file'};
}

const ask = async (request: FeedRequest, now: () => Date): Promise<EndpointAnswer['outcome']> => {
  try {
    const answer = await fetchFeed(request);
    return {is: 'answered', answer, at: now()};
  } catch (error) {
    if (isRefusal(error)) return {is: 'refused', refusal: error};
    throw error;
  }
};

/** @throws Refusal TRUST_PROFILE.*, STATE.READABLE_BY_OTHERS */
export const askEndpoint = async (question: EndpointQuestion): Promise<EndpointAnswer> => {
  const {source, deadlineMs, now} = question;
  const profiles = await loadTrustProfiles(question.profiles, question);
  if (!isFeedAddress(source)) return {question, url: undefined, proxy: undefined, profiles, outcome: {is: 'file'}};
  const network = await question.network();
  const request = {address: source, hosts: allowedHosts(source, profiles), deadlineMs, ...network};
  const url = URL.canParse(source) ? new URL(source) : undefined;
  const proxy = url && namedProxy(url, network);
  return {question, url, proxy, profiles, outcome: await ask(request, now)};
};
