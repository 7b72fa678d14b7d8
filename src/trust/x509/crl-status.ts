import {candidatePaths} from './build-paths.ts';
import type {Certificate} from './certificate.ts';
import {type Crl, type CrlEntry, entryKey} from './crl.ts';
import {type DistributionPoint, keyUsageBit} from './extensions.ts';
import {type GeneralName, generalNameKey} from './general-name.ts';
import {type AlgorithmPolicy, keyWeakness, publicKeyOf, verifyRaw} from './signature.ts';
import {type CertificatePath, type PathRules, validatePath} from './validate-path.ts';

/** What CRLs say of one certificate, RFC 5280 section 6.3. */
export type CertificateStatus =
  | {readonly status: 'good'; readonly by: string}
  | {readonly status: 'revoked'; readonly by: string; readonly at: Date; readonly reason: number}
  | {readonly status: 'unknown'; readonly why: string};

export interface CrlContext {
  readonly at: Date;
  readonly crls: readonly Crl[];
  /** Certificates that may have signed a CRL or stand above one that did. */
  readonly pool: readonly Certificate[];
  readonly anchor: Certificate;
  readonly rules: PathRules;
}

/** The certificate in question, its validated issuer, and those whose status is being decided further out. */
interface Question {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly pending: ReadonlySet<string>;
}

const allReasons: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8]);
const skewMs = 5 * 60_000;
const removeFromCrl = 8;

const isCurrent = ({thisUpdate, nextUpdate}: Crl, at: Date): boolean =>
  nextUpdate !== undefined &&
  thisUpdate.getTime() <= at.getTime() + skewMs &&
  at.getTime() < nextUpdate.getTime() + skewMs;

const share = (left: readonly GeneralName[], right: readonly GeneralName[]): boolean => {
  const keys = new Set(left.map(generalNameKey));
  return right.some((name) => keys.has(generalNameKey(name)));
};

/** Section 6.3.3 (b): is the CRL from the right issuer, and is the certificate in its scope? */
const covers = (crl: Crl, point: DistributionPoint, {certificate}: Question): boolean => {
  const {scope} = crl;
  if (point.crlIssuer) {
    const named = point.crlIssuer.some((name) => name.kind === 'directory' && name.name.key === crl.issuer.key);
    if (!named || !scope?.indirect) return false;
  } else if (crl.issuer.key !== certificate.issuer.key) return false;
  if (!scope) return true;
  if (scope.onlyAttributes || (scope.onlyUsers && certificate.ca) || (scope.onlyAuthorities && !certificate.ca))
    return false;
  return !scope.names || share(scope.names, point.names ?? point.crlIssuer ?? []);
};

/** The CRL's signature by that certificate, which must be allowed to sign CRLs. */
export const isSignedBy = (crl: Crl, signer: Certificate, algorithms: AlgorithmPolicy): boolean => {
  if (signer.subject.key !== crl.issuer.key) return false;
  if (signer.keyUsage && !signer.keyUsage.has(keyUsageBit.crlSign)) return false;
  if (crl.authorityKeyId && signer.subjectKeyId && crl.authorityKeyId !== signer.subjectKeyId) return false;
  const key = publicKeyOf(signer.spki);
  return (
    keyWeakness(key, algorithms) === undefined &&
    verifyRaw(crl.signatureAlgorithm, key, crl.tbs, crl.signature) === 'valid'
  );
};

/**
 * Section 6.3.3 (f): a signer that is not the issuer itself needs a path of its own to the same anchor, revocation
 * included. Where the status of that signer is what is being asked (its authority named it as the issuer of the CRL
 * about itself), the CRL may answer: the question is open already further out and nothing is gained by asking again.
 */
const isAuthorised = (signer: Certificate, question: Question, context: CrlContext): boolean => {
  if (signer.sha256 === question.issuer.sha256 || signer.sha256 === context.anchor.sha256) return true;
  if (question.pending.has(signer.sha256)) return true;
  const rules = {...context.rules, extendedKeyUsages: [], leafKeyUsages: []};
  const pending = new Set([...question.pending, question.certificate.sha256, signer.sha256]);
  return candidatePaths(signer, context.pool, [context.anchor]).some(
    (path) =>
      validatePath(path, rules) === undefined &&
      path.certificates.every((certificate, index) => {
        const issuer = path.certificates[index - 1] ?? path.anchor;
        return crlStatus({certificate, issuer, pending}, context).status === 'good';
      }),
  );
};

const isTrusted = (crl: Crl, question: Question, context: CrlContext): boolean =>
  [question.issuer, context.anchor, ...context.pool].some(
    (signer) => isSignedBy(crl, signer, context.rules.algorithms) && isAuthorised(signer, question, context),
  );

const isUsable = (crl: Crl, question: Question, context: CrlContext): boolean =>
  crl.unusable === undefined && isCurrent(crl, context.at) && isTrusted(crl, question, context);

/** Section 6.3.3 (c): the newest delta of the same scope and key that starts from this base or an earlier one. */
const deltaFor = (base: Crl, question: Question, context: CrlContext): Crl | undefined =>
  context.crls
    .filter(
      (delta) =>
        delta.baseNumber !== undefined &&
        delta.issuer.key === base.issuer.key &&
        delta.scope?.raw === base.scope?.raw &&
        delta.authorityKeyId === base.authorityKeyId &&
        base.number !== undefined &&
        base.number >= delta.baseNumber &&
        (delta.number ?? -1n) > base.number,
    )
    .toSorted((a, b) => Number((b.number ?? 0n) - (a.number ?? 0n)))
    .find((delta) => isUsable(delta, question, context));

const entryFor = (crl: Crl, question: Question, context: CrlContext): CrlEntry | undefined => {
  const key = entryKey(question.certificate.issuer, question.certificate.serial);
  const changed = deltaFor(crl, question, context)?.entries.get(key);
  const entry = changed ?? crl.entries.get(key);
  return entry?.reason === removeFromCrl ? undefined : entry;
};

const pointsOf = ({issuer, distributionPoints}: Certificate): readonly DistributionPoint[] => [
  ...distributionPoints,
  // The last resort of section 6.3.3: any CRL of the issuer itself.
  {names: [{kind: 'directory', name: issuer}], reasons: undefined, crlIssuer: undefined},
];

const crlStatus = (question: Question, context: CrlContext): CertificateStatus => {
  const covered = new Set<number>();
  let by = '';
  for (const point of pointsOf(question.certificate)) {
    for (const crl of context.crls) {
      if (crl.baseNumber !== undefined || !covers(crl, point, question)) continue;
      const reasons = [...(crl.scope?.onlySomeReasons ?? allReasons)].filter((bit) =>
        (point.reasons ?? allReasons).has(bit),
      );
      // Also when every reason is covered already: whatever usable CRL says "revoked" is believed.
      if (reasons.length === 0 || !isUsable(crl, question, context)) continue;
      by = `CRL of ${crl.issuer.text}, ${crl.thisUpdate.toISOString()}`;
      const entry = entryFor(crl, question, context);
      if (entry) return {status: 'revoked', by, at: entry.revokedAt, reason: entry.reason};
      for (const bit of reasons) covered.add(bit);
    }
  }
  if (covered.isSupersetOf(allReasons)) return {status: 'good', by};
  const why = covered.size > 0 ? 'the CRLs at hand cover only some reasons' : 'there is no usable CRL';
  return {status: 'unknown', why: `${why} for "${question.certificate.subject.text}"`};
};

/** The status of every certificate of a path, authorities first; the anchor is not asked about. */
export const pathStatuses = (path: CertificatePath, context: CrlContext): readonly CertificateStatus[] =>
  path.certificates.map((certificate, index) =>
    crlStatus({certificate, issuer: path.certificates[index - 1] ?? path.anchor, pending: new Set()}, context),
  );
