import {createHash} from 'node:crypto';
import type {Certificate} from './certificate.ts';
import type {CertificateStatus} from './crl-status.ts';
import {hexOf} from './der.ts';
import {keyUsageBit} from './extensions.ts';
import type {CertificateId, OcspAnswer, OcspResponse} from './ocsp.ts';
import {type AlgorithmPolicy, keyWeakness, publicKeyOf, verifyRaw} from './signature.ts';
import {outOfDate} from './validate-path.ts';

export interface OcspContext {
  readonly at: Date;
  readonly responses: readonly OcspResponse[];
  readonly algorithms: AlgorithmPolicy;
}

const ocspSigning = '1.3.6.1.5.5.7.3.9';
const skewMs = 5 * 60_000;

const digest = (hash: CertificateId['hash'], bytes: Uint8Array): string =>
  hexOf(createHash(hash).update(bytes).digest());

const isAbout = ({id}: OcspAnswer, certificate: Certificate, issuer: Certificate): boolean =>
  id.serial === certificate.serial &&
  id.issuerName === digest(id.hash, issuer.subject.der) &&
  id.issuerKey === digest(id.hash, issuer.keyBytes);

const isCurrent = ({thisUpdate, nextUpdate}: OcspAnswer, at: Date): boolean =>
  nextUpdate !== undefined &&
  thisUpdate.getTime() <= at.getTime() + skewMs &&
  at.getTime() < nextUpdate.getTime() + skewMs;

const isResponder = ({responder}: OcspResponse, candidate: Certificate): boolean =>
  'nameKey' in responder
    ? responder.nameKey === candidate.subject.key
    : responder.keySha1 === digest('sha1', candidate.keyBytes);

/**
 * RFC 6960 section 4.2.2.2: a delegate is issued by the very authority that issued the certificate in question, for this
 * purpose. Who could revoke the delegate would be the next question; id-pkix-ocsp-nocheck says not to ask it, and a
 * delegate without it does not count.
 */
const isDelegate = (candidate: Certificate, issuer: Certificate, {at, algorithms}: OcspContext): boolean => {
  const key = publicKeyOf(issuer.spki);
  return (
    candidate.issuer.key === issuer.subject.key &&
    candidate.extendedKeyUsage?.includes(ocspSigning) === true &&
    candidate.ocspNoCheck &&
    (candidate.keyUsage?.has(keyUsageBit.digitalSignature) ?? true) &&
    candidate.unknownCritical.length === 0 &&
    outOfDate(candidate, at) === undefined &&
    keyWeakness(key, algorithms) === undefined &&
    verifyRaw(candidate.signatureAlgorithm, key, candidate.tbs, candidate.signature) === 'valid'
  );
};

const isSignedBy = (response: OcspResponse, candidate: Certificate, algorithms: AlgorithmPolicy): boolean => {
  const key = publicKeyOf(candidate.spki);
  return (
    isResponder(response, candidate) &&
    keyWeakness(key, algorithms) === undefined &&
    verifyRaw(response.signatureAlgorithm, key, response.tbs, response.signature) === 'valid'
  );
};

const isTrusted = (response: OcspResponse, issuer: Certificate, context: OcspContext): boolean =>
  !response.hasUnknownCritical &&
  (isSignedBy(response, issuer, context.algorithms) ||
    response.certificates.some(
      (each) => isDelegate(each, issuer, context) && isSignedBy(response, each, context.algorithms),
    ));

/** What OCSP responses say of one certificate; "revoked" wins over "good". */
export const ocspStatus = (certificate: Certificate, issuer: Certificate, context: OcspContext): CertificateStatus => {
  let good: CertificateStatus | undefined;
  for (const response of context.responses) {
    const answers = response.answers.filter(
      (each) => isAbout(each, certificate, issuer) && isCurrent(each, context.at),
    );
    if (answers.length === 0 || !isTrusted(response, issuer, context)) continue;
    const by = `OCSP response of ${response.producedAt.toISOString()}`;
    for (const {status} of answers) {
      if (status.kind === 'revoked') return {status: 'revoked', by, at: status.at, reason: status.reason};
      if (status.kind === 'good') good = {status: 'good', by};
    }
  }
  return good ?? {status: 'unknown', why: `there is no usable OCSP response for "${certificate.subject.text}"`};
};
