import {basename} from 'node:path';
import {isFeedAddress} from '../feed/fetch-feed.ts';
import {latestAccepted, readFreshness} from '../feed/freshness-file.ts';
import {readKeptFeed} from '../feed/kept-feeds.ts';
import {Refusal} from '../kit/refusal.ts';
import {mitigationsFromFeed, signalsFromFeed} from '../mitigation/from-feed.ts';
import type {SourceContext} from './load-sources.ts';
import {receiveFeed} from './receive-feed.ts';
import type {LoadedSource} from './sources.ts';
import {loadTrustProfiles} from './trust-profiles.ts';
import {checkFeed} from './verified-feed.ts';

/**
 * The bytes of a feed as mitigations: verified now, against the profiles that this machine trusts, never against one
 * that somebody else names.
 * @throws Refusal TRUST.*
 */
export const verifiedSource = async (
  bytes: Uint8Array,
  name: string,
  context: SourceContext,
  superseded: 'refused' | 'told' = 'refused',
): Promise<LoadedSource> => {
  const verification = await checkFeed(bytes, context, superseded);
  if (!verification.verified) {
    throw new Refusal(verification.code, `${name}: ${verification.reason}`, {
      where: {file: name},
      next: [
        {label: 'See how it is judged', command: `stopgap feed verify ${name}`},
        {label: 'If a trust profile of your own trusts it, name that', command: '--profile FILE'},
      ],
    });
  }
  const {feed} = verification;
  const {documentDigest: digest, signer, profile} = feed;
  const own = feed.dialect === 'stopgap';
  return {
    source: {kind: 'signed-feed', digest, name, signer, profile},
    mitigations: own ? mitigationsFromFeed(feed) : [],
    signals: own ? [] : signalsFromFeed(feed),
    asked: 'by-feed',
    warnings: verification.warnings,
    bytes,
  };
};

/** A feed from a file or an https address. */
export const namedFeed = async (argument: string, context: SourceContext): Promise<LoadedSource> => {
  const {bytes, warnings} = await receiveFeed(argument, await loadTrustProfiles(context.profiles, context), context);
  const source = await verifiedSource(bytes, isFeedAddress(argument) ? argument : basename(argument), context);
  return {...source, warnings: [...source.warnings, ...warnings]};
};

/** The newest feed that `feed fetch` or the agent accepted. */
export const lastAcceptedFeed = async (context: SourceContext): Promise<LoadedSource> => {
  const latest = latestAccepted(await readFreshness(context.stateDir));
  if (!latest) {
    throw new Refusal('FEED.NONE_ACCEPTED', 'no feed was accepted on this server yet', {
      next: [
        {label: 'Fetch one', command: 'stopgap feed fetch'},
        {label: 'Or name a feed, a catalogue file or an id', command: 'stopgap plan M1'},
      ],
    });
  }
  const bytes = await readKeptFeed(context.stateDir, latest.documentDigest);
  return verifiedSource(bytes, `${latest.documentDigest.slice(0, 12)}.xml`, context);
};
