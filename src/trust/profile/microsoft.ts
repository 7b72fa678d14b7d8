import type {Anchor, TrustProfile} from './profile.ts';

const pinned = (sha256: string): readonly Anchor[] => [{sha256, certificate: undefined}];

/**
 * The feed of the Exchange Emergency Mitigation service. Both anchors are pinned by fingerprint; the certificates come
 * with the feed. The issuer that is listed ended on 2026-07-08 and its successor is not publicly known: an organisation
 * that sees the new one adds a profile of its own. Written out in full, for the schema's library would cost every run its loading;
 * a test holds that the schema makes the same of it.
 */
export const microsoftProfile: TrustProfile = {
  formatVersion: 1,
  name: 'microsoft',
  dialect: 'microsoft',
  // Microsoft Root Certificate Authority 2011, until 2036.
  anchors: pinned('847df6a78497943f27fc72eb93f9a637320a02b561d0a91b09e87a7807ed7c61'),
  signer: {
    extendedKeyUsages: ['1.3.6.1.5.5.7.3.3', '1.3.6.1.4.1.311.76.57.1.11'],
    names: ['Microsoft Exchange XML Signing'],
    issuers: ['Microsoft Code Signing PCA 2011'],
    blocked: [],
  },
  revocation: 'prefer',
  expiredSigner: 'refuse',
  // Microsoft Time-Stamp PCA 2010; its root is not part of the feed. It only dates the signature, see expiredSigner.
  timestampAnchors: pinned('86ec118d1ee69670a46e2be29c4b4208be043e36600d4e1dd3f3d515ca119020'),
  freshness: {
    // There is neither serial nor expiry in it, and whether `version` counts feeds is not known.
    expired: 'warn',
    maximumAgeDays: null,
    tooOld: 'warn',
    sameVersion: 'warn',
    maximumJump: 10_000,
    noFetchHours: 24,
    // The certificate of its signer lasts a year, so the document is signed anew about as often; its content need not change.
    sameAnswerDays: 400,
  },
  hosts: ['officeclient.microsoft.com'],
  // Seen in public lists of certificates, nowhere promised: another one is a warning and no more.
  tlsIssuers: ['Microsoft Corporation', 'DigiCert Inc'],
};

/** Where the feed of that profile lives. */
export const microsoftFeedUrl = 'https://officeclient.microsoft.com/GetExchangeMitigations';

export const builtInProfiles: readonly TrustProfile[] = [microsoftProfile];
