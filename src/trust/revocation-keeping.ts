import {isRefusal} from '../kit/refusal.ts';
import {parseCertificate} from './x509/certificate.ts';
import {type Crl, parseCrl} from './x509/crl.ts';
import {isSignedBy} from './x509/crl-status.ts';
import {parseOcspResponse} from './x509/ocsp.ts';
import {ocspStatus} from './x509/ocsp-status.ts';
import {defaultAlgorithmPolicy as algorithms} from './x509/signature.ts';

/*
 * Which answer about revocation may take the place of the one that is kept. They come over plain http: without this, somebody on
 * the way could push the list that names a certificate out of the cache, by serving older ones that are still in force.
 */

const readIf = <T>(der: Uint8Array | undefined, parse: (der: Uint8Array) => T): T | undefined => {
  try {
    return der && parse(der);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
};

const isSameSeries = (one: Crl, other: Crl): boolean =>
  one.issuer.key === other.issuer.key &&
  one.authorityKeyId === other.authorityKeyId &&
  one.scope?.raw === other.scope?.raw &&
  (one.baseNumber === undefined) === (other.baseNumber === undefined);

/** RFC 5280 section 5.2.3: the numbers of one series of lists only grow. */
const goesBack = (after: Crl, before: Crl): boolean =>
  after.number !== undefined && before.number !== undefined
    ? after.number < before.number
    : after.thisUpdate < before.thisUpdate;

/**
 * Why a list must not be kept; undefined: it may.
 * @throws Refusal TRUST.CERTIFICATE_MALFORMED for what is no list
 */
export const whyNotKeepCrl = (
  fetched: Uint8Array,
  kept: Uint8Array | undefined,
  authorities: readonly Uint8Array[],
): string | undefined => {
  const after = parseCrl(fetched);
  if (!authorities.some((der) => isSignedBy(after, parseCertificate(der), algorithms))) {
    return 'it is not signed by an authority of the certificates that it was asked about';
  }
  const before = readIf(kept, parseCrl);
  return before && isSameSeries(after, before) && goesBack(after, before)
    ? `it is of ${after.thisUpdate.toISOString()}, older than the one that is kept, of ${before.thisUpdate.toISOString()}`
    : undefined;
};

/** What a responder was asked about, in DER. */
export interface OcspSubject {
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
}

/**
 * Why a response must not be kept; undefined: it may.
 * @throws Refusal TRUST.CERTIFICATE_MALFORMED for what is no response
 */
export const whyNotKeepOcsp = (
  fetched: Uint8Array,
  kept: Uint8Array | undefined,
  {subject, now}: {readonly subject: OcspSubject; readonly now: Date},
): string | undefined => {
  const after = parseOcspResponse(fetched);
  const [certificate, issuer] = [parseCertificate(subject.certificate), parseCertificate(subject.issuer)];
  const verdict = ocspStatus(certificate, issuer, {at: now, responses: [after], algorithms});
  if (verdict.status === 'unknown') return verdict.why;
  const before = readIf(kept, parseOcspResponse);
  return before && after.producedAt < before.producedAt ? 'it is older than the one that is kept' : undefined;
};
