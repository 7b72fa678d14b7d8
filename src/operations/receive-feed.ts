import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {readFeedFile} from '../feed/feed-file.ts';
import {fetchFeed, isFeedAddress} from '../feed/fetch-feed.ts';
import {unexpectedIssuer} from '../feed/tls-issuer.ts';
import {Refusal} from '../kit/refusal.ts';
import type {TrustProfile} from '../trust/profile/profile.ts';
import {type NetworkContext, networkOf} from './network.ts';

/** A feed as it came, unjudged. */
export interface Received {
  readonly bytes: Uint8Array;
  /** What was noticed on the way. */
  readonly warnings: readonly string[];
}

/** A profile that lists no host takes what lies at the very host that was asked. */
export const allowedHosts = (address: string, profiles: readonly Pick<TrustProfile, 'hosts'>[]): readonly string[] => {
  const asked = URL.canParse(address) ? [new URL(address).hostname] : [];
  return profiles.flatMap(({hosts}) => (hosts.length > 0 ? hosts : asked));
};

/** A path, or a `file:` URL, which would be a relative path otherwise. @throws Refusal FEED.UNREADABLE */
const pathOf = (source: string, cwd: string): string => {
  if (!/^file:/i.test(source)) return resolve(cwd, source);
  try {
    return fileURLToPath(source);
  } catch (cause) {
    throw new Refusal('FEED.UNREADABLE', `${source} names no file of this machine`, {
      where: {file: source},
      next: [{label: 'Name the file by its path'}],
      cause,
    });
  }
};

/** The feed that an https address or a file gives. @throws Refusal FEED.* */
export const receiveFeed = async (
  source: string,
  profiles: readonly TrustProfile[],
  context: NetworkContext & {readonly cwd: string},
): Promise<Received> => {
  if (!isFeedAddress(source)) return {bytes: await readFeedFile(pathOf(source, context.cwd)), warnings: []};
  const hosts = allowedHosts(source, profiles);
  const {bytes, host, issuer} = await fetchFeed({address: source, hosts, ...(await networkOf(context))});
  const expected = profiles.filter((profile) => profile.hosts.includes(host)).flatMap(({tlsIssuers}) => tlsIssuers);
  const stranger = unexpectedIssuer(host, issuer, expected);
  return {bytes, warnings: stranger === undefined ? [] : [stranger]};
};
