import type {TrustProfile} from './profile/profile.ts';
import {judgeRevocation, type Revocation, type RevocationData} from './revocation.ts';
import {type TimeStampVerdict, verifyTimeStamp} from './timestamp/verify.ts';
import {candidatePaths} from './x509/build-paths.ts';
import type {Certificate} from './x509/certificate.ts';
import {keyUsageBit} from './x509/extensions.ts';
import {defaultAlgorithmPolicy} from './x509/signature.ts';
import {
  anyPolicyInputs,
  type CertificatePath,
  type Fault,
  outOfDate,
  type PathRules,
  validatePath,
} from './x509/validate-path.ts';
import type {SignatureParts} from './xml/signature-shape.ts';

/** What the document brings along; the leaf is the one certificate that is not an authority. */
export interface Evidence {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
  readonly parts: SignatureParts;
}

export interface TrustedChain {
  readonly profile: TrustProfile;
  readonly path: CertificatePath;
  readonly timeStamp: TimeStampVerdict;
  readonly revocation: Revocation;
  readonly warnings: readonly string[];
  /** What this rests on and has not ended yet, what ends first in front. */
  readonly endings: readonly Ending[];
}

/** How far a profile got before it refused; the reason of the one that got furthest is shown. */
export interface ChainFault extends Fault {
  readonly progress: number;
}

export type ChainVerdict = {readonly chain: TrustedChain} | {readonly fault: ChainFault};

const faultAt = (progress: number, {code, reason}: Fault): {fault: ChainFault} => ({fault: {code, reason, progress}});

const rulesOf = ({signer}: TrustProfile, at: Date): PathRules => ({
  at,
  extendedKeyUsages: signer.extendedKeyUsages,
  leafKeyUsages: [keyUsageBit.digitalSignature, keyUsageBit.nonRepudiation],
  algorithms: defaultAlgorithmPolicy,
  policies: anyPolicyInputs,
});

/** The pinned certificates: the profile's own, and those of the document whose SHA-256 is pinned. */
const anchorsOf = ({anchors}: TrustProfile, {leaf, others}: Evidence): readonly Certificate[] => {
  const pinned = new Set(anchors.map(({sha256}) => sha256));
  const own = anchors.flatMap(({certificate}) => (certificate ? [certificate] : []));
  return [
    ...own,
    ...[leaf, ...others].filter(({sha256}) => pinned.has(sha256) && !own.some((each) => each.sha256 === sha256)),
  ];
};

const pathFault = (path: CertificatePath, rules: PathRules): Fault | undefined =>
  outOfDate(path.anchor, rules.at) ?? validatePath(path, rules);

/** Rules of the profile that no standard knows: names and the local block list. */
const profileFault = ({anchor, certificates}: CertificatePath, {signer}: TrustProfile): Fault | undefined => {
  const blocked = [anchor, ...certificates].find(({sha256}) => signer.blocked.includes(sha256));
  if (blocked)
    return {
      code: 'TRUST.BLOCKED_CERTIFICATE',
      reason: `The certificate "${blocked.subject.text}" is blocked by the profile.`,
    };
  const leaf = certificates.at(-1) ?? anchor;
  if (signer.names.length > 0 && !signer.names.includes(leaf.subject.commonName ?? '')) {
    return {code: 'TRUST.SIGNER_NAME', reason: `The profile does not know the signer "${leaf.subject.text}".`};
  }
  if (signer.issuers.length > 0 && !signer.issuers.includes(leaf.issuer.commonName ?? '')) {
    return {code: 'TRUST.ISSUER_NAME', reason: `The profile does not know the issuer "${leaf.issuer.text}".`};
  }
  return undefined;
};

interface FoundPath {
  readonly path: CertificatePath;
  readonly at: Date;
}

/** A path that holds now or, where the profile allows it and the signer has merely expired, at the time of the stamp. */
const findPath = (
  candidates: readonly CertificatePath[],
  profile: TrustProfile,
  timeStamp: TimeStampVerdict,
  now: Date,
): FoundPath | Fault => {
  const faults: Fault[] = [];
  for (const path of candidates) {
    const fault = pathFault(path, rulesOf(profile, now));
    if (!fault) return {path, at: now};
    faults.push(fault);
    if (fault.code !== 'TRUST.CERTIFICATE_EXPIRED' || profile.expiredSigner !== 'timestamp') continue;
    if (!timeStamp.proven) {
      const reason = `${fault.reason} Its counter-signature does not help: ${timeStamp.why}.`;
      faults.push({code: 'TRUST.TIMESTAMP', reason});
    } else if (!pathFault(path, rulesOf(profile, timeStamp.signedBefore))) return {path, at: timeStamp.signedBefore};
  }
  return faults.at(-1) ?? {code: 'TRUST.CHAIN_UNTRUSTED', reason: 'The certificates lead to no root that is pinned.'};
};

const timeStampOf = ({parts}: Evidence, profile: TrustProfile, now: Date): TimeStampVerdict =>
  parts.counterSignature
    ? verifyTimeStamp(parts.counterSignature, parts.signatureValue, profile, now)
    : {proven: false, why: 'there is none'};

const notInForce = ({name, from, until}: TrustProfile, now: Date): Fault | undefined =>
  (from && now < from) || (until && now > until)
    ? {code: 'TRUST.PROFILE_NOT_IN_FORCE', reason: `The trust profile "${name}" is not in force at this time.`}
    : undefined;

const soonMs = 90 * 86_400_000;

/** What trust in a signer rests on and when that is over. */
export interface Ending {
  readonly what: string;
  readonly at: Date;
}

/** Everything that has not ended yet, what ends first in front. */
const endingsOf = (profile: TrustProfile, path: CertificatePath, now: Date): readonly Ending[] => {
  const ends = [path.anchor, ...path.certificates].map(({subject, notAfter}) => ({
    what: `The certificate "${subject.text}"`,
    at: notAfter,
  }));
  if (profile.until) ends.push({what: `The trust profile "${profile.name}"`, at: profile.until});
  return ends.filter(({at}) => at >= now).toSorted((a, b) => a.at.getTime() - b.at.getTime());
};

/** Whatever ends within 90 days makes the feed fall silent; that is worth a word in time. */
export const isSoon = ({at}: Ending, now: Date): boolean => at.getTime() - now.getTime() < soonMs;

/** Whether a profile trusts the signer, revocation included. */
export const judgeChain = (
  profile: TrustProfile,
  evidence: Evidence,
  data: RevocationData,
  now: Date,
): ChainVerdict => {
  const early = notInForce(profile, now);
  if (early) return faultAt(0, early);
  const timeStamp = timeStampOf(evidence, profile, now);
  const candidates = candidatePaths(evidence.leaf, evidence.others, anchorsOf(profile, evidence));
  const found = findPath(candidates, profile, timeStamp, now);
  if ('code' in found) return faultAt(candidates.length === 0 ? 1 : 2, found);
  const unwanted = profileFault(found.path, profile);
  if (unwanted) return faultAt(3, unwanted);
  const revocation = judgeRevocation(found.path, profile, {
    ...data,
    pool: evidence.others,
    rules: rulesOf(profile, now),
  });
  if (revocation.fault) return faultAt(4, revocation.fault);
  const warnings = [...revocation.warnings];
  if (found.at < now)
    warnings.push(`The signer has expired; it counts because the signature was stamped on ${found.at.toISOString()}.`);
  return {
    chain: {
      profile,
      path: found.path,
      timeStamp,
      revocation: revocation.result,
      warnings,
      endings: endingsOf(profile, found.path, now),
    },
  };
};
