import {resolveProfile, type TrustProfile} from './profile.ts';
import {trustProfileFile} from './schema.ts';

/**
 * The feed of the Exchange Emergency Mitigation service. Both anchors are pinned by fingerprint; the certificates come
 * with the feed. The issuer that is listed ended on 2026-07-08 and its successor is not publicly known: an organisation
 * that sees the new one adds a profile of its own.
 */
const data = {
  formatVersion: 1,
  name: 'microsoft',
  dialect: 'microsoft',
  // Microsoft Root Certificate Authority 2011, until 2036.
  anchors: [{sha256: '847df6a78497943f27fc72eb93f9a637320a02b561d0a91b09e87a7807ed7c61'}],
  signer: {
    extendedKeyUsages: ['1.3.6.1.5.5.7.3.3', '1.3.6.1.4.1.311.76.57.1.11'],
    names: ['Microsoft Exchange XML Signing'],
    issuers: ['Microsoft Code Signing PCA 2011'],
  },
  revocation: 'prefer',
  expiredSigner: 'refuse',
  // Microsoft Time-Stamp PCA 2010; its root is not part of the feed. It only dates the signature, see expiredSigner.
  timestampAnchors: [{sha256: '86ec118d1ee69670a46e2be29c4b4208be043e36600d4e1dd3f3d515ca119020'}],
  // There is neither serial nor expiry in it, and whether `version` counts feeds is not known.
  freshness: {expired: 'warn', sameVersion: 'warn'},
  hosts: ['officeclient.microsoft.com'],
};

export const microsoftProfile: TrustProfile = resolveProfile(trustProfileFile.parse(data), {
  file: 'microsoft (built in)',
  text: '',
  pemFiles: {},
});

/** Where the feed of that profile lives. */
export const microsoftFeedUrl = 'https://officeclient.microsoft.com/GetExchangeMitigations';

export const builtInProfiles: readonly TrustProfile[] = [microsoftProfile];
