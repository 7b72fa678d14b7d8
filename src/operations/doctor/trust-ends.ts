import {type FeedTrust, feedTrust} from '../feed-trust.ts';
import {bad, type Diagnosis, good, unknown, warn} from './diagnosis.ts';
import {question} from './question.ts';

const renew = {
  label: 'Ask the publisher for the next certificate and add a trust profile for it (docs/trust-profiles.md)',
};

export const judgeTrustEnds = (trust: FeedTrust | undefined): Diagnosis => {
  if (trust === undefined) {
    return unknown('no feed was accepted here so far, so nothing shows what trust rests on', {
      label: 'Get one',
      command: 'stopgap feed fetch',
    });
  }
  const {refused, blindFrom, endingSoon, signer, profile} = trust;
  if (refused) return bad(`the feed that was accepted last counts no more: ${refused.reason} [${refused.code}]`, renew);
  const day = (at: Date): string => at.toISOString().slice(0, 10);
  const ends = endingSoon.map(({what, at}) => `${what} ends on ${day(at)}`);
  const blind = blindFrom === null ? '' : `; no feed by this signer counts from ${day(blindFrom.at)} on`;
  return ends.length === 0
    ? good(`profile "${profile}", signer "${signer ?? ''}"${blind}`)
    : warn(`${ends.join('; ')}${blind}`, renew);
};

export const trustEnds = question({
  ...{id: 'trust-ends', title: 'Ends of trust', of: 'server'},
  look: ({stateDir, cwd, at}) => feedTrust({stateDir, cwd, now: at()}),
  judge: judgeTrustEnds,
});
