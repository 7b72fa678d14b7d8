import {createPublicKey, type KeyObject} from 'node:crypto';
import {sha256} from '../kit/hash.ts';
import {isRefusal} from '../kit/refusal.ts';
import {type ChainFault, type Ending, type Evidence, isSoon, judgeChain, type TrustedChain} from './chain.ts';
import {type FreshnessState, judgeFreshness} from './freshness.ts';
import {openFeed} from './open-feed.ts';
import type {TrustProfile} from './profile/profile.ts';
import {reject, rejection, type TrustCode} from './reject.ts';
import type {Revocation, RevocationData} from './revocation.ts';
import {mintVerifiedFeed, type VerifiedFeed} from './verified-feed.ts';
import {parseCrl} from './x509/crl.ts';
import {parseOcspResponse} from './x509/ocsp.ts';
import {checkSignature} from './xml/check-signature.ts';
import {readPayload} from './xml/payload.ts';
import type {KeyValue} from './xml/signature-shape.ts';

export interface VerifyOptions {
  readonly now: Date;
  /** Any one of them may accept the feed. */
  readonly profiles: readonly TrustProfile[];
  /** CRLs in DER. One that cannot be read counts as absent and is a warning. */
  readonly crls?: readonly Uint8Array[];
  /** OCSP responses in DER, likewise. */
  readonly ocspResponses?: readonly Uint8Array[];
  /** What was accepted before, by the name of the profile; a profile without an entry trusts on first use. */
  readonly freshness?: Readonly<Record<string, FreshnessState>>;
}

export interface Accepted {
  readonly verified: true;
  readonly code: 'TRUST.VERIFIED';
  readonly reason: string;
  readonly feed: VerifiedFeed;
  /** Time of a proven counter-signature, null without one: the signature is at least that old. */
  readonly signedAt: Date | null;
  readonly revocation: Revocation;
  /**
   * From then on nothing by this signer counts under any of the profiles: without a new certificate or a further profile
   * this server is blind. null: everything has ended already, and a counter-signature carries the feed.
   */
  readonly blindFrom: Ending | null;
  /** What of all that this rests on ends within 90 days. */
  readonly endingSoon: readonly Ending[];
  readonly warnings: readonly string[];
}

export interface Refused {
  readonly verified: false;
  readonly code: TrustCode;
  readonly reason: string;
}

export type Verification = Accepted | Refused;

const unsigned = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(?:00)+/, '');

/** KeyValue is never used. Where it stands, as in the genuine feed, it must repeat the key of the certificate. */
const requireSameKey = (keyValue: KeyValue, key: KeyObject): void => {
  const {n, e} = key.asymmetricKeyType === 'rsa' ? key.export({format: 'jwk'}) : {};
  const matches =
    n !== undefined &&
    e !== undefined &&
    unsigned(keyValue.modulus) === unsigned(Buffer.from(n, 'base64url')) &&
    unsigned(keyValue.exponent) === unsigned(Buffer.from(e, 'base64url'));
  if (!matches) reject('TRUST.KEY_VALUE', 'KeyValue is not the key of the signer certificate.');
};

const keyOf = ({leaf, parts}: Evidence): KeyObject => {
  const key = createPublicKey({key: Buffer.from(leaf.spki), format: 'der', type: 'spki'});
  if (parts.keyValue) requireSameKey(parts.keyValue, key);
  return key;
};

/** What can be read of a pile of data that strangers serve; the rest is a warning. */
const readAll = <T>(list: readonly Uint8Array[], parse: (der: Uint8Array) => T, warnings: string[]): readonly T[] =>
  list.flatMap((bytes) => {
    try {
      return [parse(bytes)];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      warnings.push(error.message);
      return [];
    }
  });

const tried = (profiles: readonly TrustProfile[]): string =>
  ` Tried: the trust profile${profiles.length === 1 ? '' : 's'} ${profiles.map(({name}) => `"${name}"`).join(', ')}.`;

/** The chains of all profiles that trust the signer, in the order of the profiles. */
const trustedChains = (
  evidence: Evidence,
  data: RevocationData,
  {profiles, now}: VerifyOptions,
): readonly [TrustedChain, ...TrustedChain[]] => {
  let best: ChainFault = {code: 'TRUST.NO_PROFILE', reason: 'There is no trust profile.', progress: -1};
  const chains: TrustedChain[] = [];
  for (const profile of profiles) {
    const verdict = judgeChain(profile, evidence, data, now);
    if ('chain' in verdict) chains.push(verdict.chain);
    else if (verdict.fault.progress > best.progress) best = verdict.fault;
  }
  const [first, ...rest] = chains;
  if (!first)
    throw rejection(best.code, best.code === 'TRUST.CHAIN_UNTRUSTED' ? best.reason + tried(profiles) : best.reason);
  return [first, ...rest];
};

/** A second profile bridges the end of the first, so the last of their ends counts. */
const blindFromOf = (chains: readonly TrustedChain[]): Ending | null =>
  chains
    .flatMap(({endings}) => endings.slice(0, 1))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .at(-1) ?? null;

const blindness = (ending: Ending | null, now: Date): readonly string[] =>
  ending && isSoon(ending, now)
    ? [
        `This server goes blind on ${ending.at.toISOString()}: from then on no feed by this signer counts. Ask the publisher for the next certificate and add a trust profile for it.`,
      ]
    : [];

const firstUse = (options: VerifyOptions, profile: string): readonly string[] =>
  options.freshness && !Object.hasOwn(options.freshness, profile)
    ? [`No feed was accepted under "${profile}" before: this one is trusted on first use.`]
    : [];

const accept = (bytes: Uint8Array, options: VerifyOptions): Accepted => {
  const evidence = openFeed(bytes);
  const {parts} = evidence;
  const warnings: string[] = [];
  const crls = readAll(options.crls ?? [], parseCrl, warnings);
  const ocsp = readAll(options.ocspResponses ?? [], parseOcspResponse, warnings);
  const chains = trustedChains(evidence, {crls, ocsp}, options);
  const {profile, path, timeStamp, revocation, ...chain} = chains[0];
  const blindFrom = blindFromOf(chains);
  const endingSoon = chain.endings.filter((each) => isSoon(each, options.now));
  const xml = checkSignature(parts, keyOf(evidence));
  const digest = sha256(xml);
  const payload = readPayload(xml, profile.dialect);
  const states = options.freshness ?? {};
  const state = Object.hasOwn(states, profile.name) ? states[profile.name] : undefined;
  const fresh = judgeFreshness(payload, digest, {state, policy: profile.freshness, now: options.now});
  if (fresh.fault) throw rejection(fresh.fault.code, fresh.fault.reason);
  const {leaf} = evidence;
  const unknown = payload.unknown.map((name) => `The feed holds what is not known here: ${name}.`);
  return {
    verified: true,
    code: 'TRUST.VERIFIED',
    reason: `The signature is valid and "${leaf.subject.text}" is trusted by the profile "${profile.name}" through "${path.anchor.subject.text}".`,
    feed: mintVerifiedFeed({
      xml,
      digest,
      documentDigest: sha256(bytes),
      signer: leaf.subject.text,
      issuer: leaf.issuer.text,
      signerCertificate: leaf.sha256,
      profile: profile.name,
      dialect: profile.dialect,
      version: payload.version,
      serial: payload.serial,
      mitigationIds: payload.mitigationIds,
    }),
    signedAt: timeStamp.proven ? timeStamp.signedBefore : null,
    revocation,
    blindFrom,
    endingSoon,
    warnings: [
      ...warnings,
      ...blindness(blindFrom, options.now),
      ...endingSoon.map(({what, at}) => `${what} ends on ${at.toISOString()}.`),
      ...chain.warnings,
      ...fresh.warnings,
      ...firstUse(options, profile.name),
      ...unknown,
    ],
  };
};

const isTrustCode = (code: string): code is TrustCode => code.startsWith('TRUST.');

/**
 * From bytes to a verified feed, or to the one reason why not. Pure: clock, profiles, CRLs and what was accepted before
 * are arguments. The order of the stages matters: nothing that can be made slow or be confused sees a text before the
 * stage that makes it harmless, and nothing but the signed bytes is read after the signature.
 */
export const verifyFeed = (bytes: Uint8Array, options: VerifyOptions): Verification => {
  try {
    return accept(bytes, options);
  } catch (error) {
    if (isRefusal(error) && isTrustCode(error.code)) return {verified: false, code: error.code, reason: error.message};
    throw error;
  }
};
