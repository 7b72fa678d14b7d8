import {isRefusal} from '../kit/refusal.ts';
import {judgeChain} from './chain.ts';
import {openFeed} from './open-feed.ts';
import type {TrustProfile} from './profile/profile.ts';
import type {OcspSubject} from './revocation-keeping.ts';
import type {DistributionPoint} from './x509/extensions.ts';
import {ocspRequest} from './x509/ocsp-request.ts';
import type {CertificatePath} from './x509/validate-path.ts';

/** Whom to ask about the certificates of a feed. */
export interface RevocationSources {
  readonly crlUrls: readonly string[];
  /** Certificates, in DER, of whom a list may be signed. */
  readonly authorities: readonly Uint8Array[];
  readonly ocsp: readonly OcspQuestion[];
}

export interface OcspQuestion extends OcspSubject {
  readonly url: string;
  readonly request: Uint8Array;
}

export const nobody: RevocationSources = {crlUrls: [], authorities: [], ocsp: []};
const isWeb = (url: string): boolean => /^https?:/i.test(url);

const urlsOf = ({names}: DistributionPoint): readonly string[] =>
  (names ?? []).flatMap((name) => (name.kind === 'uri' && isWeb(name.value) ? [name.value] : []));

const sourcesOf = ({anchor, certificates}: CertificatePath): RevocationSources => ({
  crlUrls: [...new Set(certificates.flatMap(({distributionPoints}) => distributionPoints.flatMap(urlsOf)))],
  authorities: [anchor, ...certificates].filter(({ca}) => ca).map(({der}) => der),
  ocsp: certificates.flatMap((certificate, index) => {
    const [url] = certificate.ocspUrls.filter(isWeb);
    const issuer = certificates[index - 1] ?? anchor;
    const request = ocspRequest(certificate, issuer);
    return url === undefined ? [] : [{url, request, certificate: certificate.der, issuer: issuer.der}];
  }),
});

/**
 * Where to ask about the certificates of a feed. Only for a chain that is trusted but for revocation: the addresses of a
 * stranger's certificate would let him choose whom we call.
 */
export const revocationSources = (
  bytes: Uint8Array,
  {profiles, now}: {readonly profiles: readonly TrustProfile[]; readonly now: Date},
): RevocationSources => {
  try {
    const evidence = openFeed(bytes);
    for (const profile of profiles) {
      if (profile.revocation === 'off') continue;
      const verdict = judgeChain({...profile, revocation: 'off'}, evidence, {crls: [], ocsp: []}, now);
      if ('chain' in verdict) return sourcesOf(verdict.chain.path);
    }
    return nobody;
  } catch (error) {
    if (isRefusal(error)) return nobody;
    throw error;
  }
};
