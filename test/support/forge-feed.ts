import {createHash, sign} from 'node:crypto';
import {sha256} from '../../src/kit/hash.ts';
import type {TrustProfile} from '../../src/trust/profile/profile.ts';
import {trustProfileFile} from '../../src/trust/profile/schema.ts';
import {type Verification, verifyFeed} from '../../src/trust/verify-feed.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {authority, type Issued, signer, testNow} from './certificates.ts';

/*
 * Signed feeds written by hand, without xml-crypto: the texts are in canonical form already, so that their digests are
 * those of the strings. Every part can be replaced, before or after signing.
 */

export const root = authority('Trial root');
export const intermediate = authority('Trial authority', {issuer: root});
export const leaf = signer('Trial signer', {issuer: intermediate});

export const dsig = 'http://www.w3.org/2000/09/xmldsig#';
export const more = 'http://www.w3.org/2001/04/xmldsig-more#';
export const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const enveloped = `${dsig}enveloped-signature`;
export const xmlenc = 'http://www.w3.org/2001/04/xmlenc#';

export const config = (id: string, value = 'DoNothing'): string =>
  `<Config desc="d" id="${id}"><ActionList><Action desc="d" scope="Server" type="DoNothing"><Value>${value}</Value></Action></ActionList></Config>`;

export interface Forgery {
  /** Name of the root; EOCS. */
  readonly rootName?: string;
  readonly head?: string;
  /** Canonical content of the root. */
  readonly content?: string;
  readonly signWith?: Issued;
  readonly certificates?: readonly Uint8Array[];
  readonly signatureAlgorithm?: string;
  readonly hash?: string;
  readonly canonicalization?: string;
  readonly digestMethod?: string;
  readonly transforms?: string;
  readonly uri?: string;
  /** Replaces the one Reference. */
  readonly references?: (digest: string) => string;
  readonly beforeX509?: string;
  /** Stands behind KeyInfo, where the genuine feed has its counter-signature. */
  readonly object?: (signatureValue: Uint8Array) => string;
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const x509 = (certificates: readonly Uint8Array[]): string =>
  `<X509Data>${certificates.map((der) => `<X509Certificate>${base64(der)}</X509Certificate>`).join('')}</X509Data>`;

export const transform = (algorithm: string): string => `<Transform Algorithm="${algorithm}"></Transform>`;

const reference = (options: Forgery, digest: string): string =>
  [
    `<Reference URI="${options.uri ?? ''}">`,
    `<Transforms>${options.transforms ?? transform(enveloped) + transform(c14n)}</Transforms>`,
    `<DigestMethod Algorithm="${options.digestMethod ?? `${xmlenc}sha256`}"></DigestMethod>`,
    `<DigestValue>${digest}</DigestValue></Reference>`,
  ].join('');

export const defaultHead = 'issued="2026-11-21T00:00:00Z" serial="7" version="1.0.4"';

/** A feed with a signature that verifies, unless an option says otherwise. */
export const forge = (options: Forgery = {}): string => {
  const rootName = options.rootName ?? 'EOCS';
  const open = `<${rootName} ${options.head ?? defaultHead}>`;
  const content = options.content ?? config('M1');
  const hash = options.hash ?? 'sha256';
  const digest = createHash(hash).update(`${open}${content}</${rootName}>`).digest('base64');
  const info = [
    `<CanonicalizationMethod Algorithm="${options.canonicalization ?? c14n}"></CanonicalizationMethod>`,
    `<SignatureMethod Algorithm="${options.signatureAlgorithm ?? `${more}ecdsa-sha256`}"></SignatureMethod>`,
    options.references ? options.references(digest) : reference(options, digest),
    '</SignedInfo>',
  ].join('');
  const key = (options.signWith ?? leaf).key;
  const value = sign(hash, Buffer.from(`<SignedInfo xmlns="${dsig}">${info}`), {key, dsaEncoding: 'ieee-p1363'});
  const certificates = options.certificates ?? [(options.signWith ?? leaf).der, intermediate.der, root.der];
  const keyInfo = `<KeyInfo>${options.beforeX509 ?? ''}${x509(certificates)}</KeyInfo>`;
  const signature = `<Signature xmlns="${dsig}"><SignedInfo>${info}<SignatureValue>${base64(value)}</SignatureValue>${keyInfo}${options.object?.(value) ?? ''}</Signature>`;
  return `<?xml version="1.0" encoding="utf-8"?>${open}${content}${signature}</${rootName}>`;
};

/** A profile that pins a certificate; `changes` are those of a profile file. */
export const profileFor = (anchor: Issued, changes: Record<string, unknown> = {}): TrustProfile => ({
  ...trustProfileFile.parse({
    formatVersion: 1,
    name: 'trial',
    dialect: 'stopgap',
    anchors: [{sha256: sha256(anchor.der)}],
    signer: {},
    revocation: 'off',
    ...changes,
  }),
  anchors: [{sha256: sha256(anchor.der), certificate: parseCertificate(anchor.der)}],
  timestampAnchors: [],
});

export const trialProfile = profileFor(root);

export const verifyText = (text: string, profile = trialProfile, now = testNow): Verification =>
  verifyFeed(Buffer.from(text), {now, profiles: [profile]});

/** `TRUST.VERIFIED`, or the code of the refusal. */
export const codeOf = (text: string, profile = trialProfile, now = testNow): string =>
  verifyText(text, profile, now).code;
