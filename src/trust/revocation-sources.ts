import {isRefusal} from '../kit/refusal.ts';
import {judgeChain} from './chain.ts';
import {openFeed} from './open-feed.ts';
import type {TrustProfile} from './profile/profile.ts';
import type {DistributionPoint} from './x509/extensions.ts';

const urlsOf = ({names}: DistributionPoint): readonly string[] =>
  (names ?? []).flatMap((name) => (name.kind === 'uri' && /^https?:/i.test(name.value) ? [name.value] : []));

/**
 * Where the revocation lists of a feed's certificates lie. Only of a chain that is trusted but for revocation: the
 * addresses of a stranger's certificate would let him choose whom we call.
 */
export const revocationSources = (
  bytes: Uint8Array,
  {profiles, now}: {readonly profiles: readonly TrustProfile[]; readonly now: Date},
): readonly string[] => {
  try {
    const {evidence} = openFeed(bytes);
    for (const profile of profiles) {
      if (profile.revocation === 'off') continue;
      const verdict = judgeChain({...profile, revocation: 'off'}, evidence, {crls: [], ocsp: []}, now);
      if (!('chain' in verdict)) continue;
      return [...new Set(verdict.chain.path.certificates.flatMap((each) => each.distributionPoints.flatMap(urlsOf)))];
    }
    return [];
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
};
