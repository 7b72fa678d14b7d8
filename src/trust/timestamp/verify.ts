import {createHash} from 'node:crypto';
import {isRefusal} from '../../kit/refusal.ts';
import {candidatePaths} from '../x509/build-paths.ts';
import {type Algorithm, type Certificate, parseCertificate} from '../x509/certificate.ts';
import {keyUsageBit} from '../x509/extensions.ts';
import {defaultAlgorithmPolicy, publicKeyOf, verifyRaw} from '../x509/signature.ts';
import {anyPolicyInputs, outOfDate, type PathRules, validatePath} from '../x509/validate-path.ts';
import type {CounterSignature} from '../xml/signature-shape.ts';
import {parseToken, type TimeStampToken} from './token.ts';

export type TimeStampVerdict =
  | {readonly proven: true; readonly signedBefore: Date; readonly authority: string}
  | {readonly proven: false; readonly why: string};

const timeStamping = '1.3.6.1.5.5.7.3.8';
const rsaEncryption = '1.2.840.113549.1.1.1';
const rsaWith: Readonly<Record<string, string>> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};

const digestOf = (hash: string, data: Uint8Array): string => createHash(hash).update(data).digest('hex');

/** CMS may name the key's algorithm alone and leave the digest to digestAlgorithm (RFC 3370 section 3.2). */
const fullAlgorithm = ({signatureAlgorithm, digest}: TimeStampToken): Algorithm =>
  signatureAlgorithm.oid === rsaEncryption
    ? {...signatureAlgorithm, oid: rsaWith[digest] ?? signatureAlgorithm.oid}
    : signatureAlgorithm;

const signerOf = (token: TimeStampToken, pool: readonly Certificate[]): Certificate | undefined =>
  pool.find(({issuer, serial}) => issuer.key === token.signer.issuerKey && serial === token.signer.serial);

/** What is wrong with the token itself, its certificate chain aside. */
const tokenFault = (token: TimeStampToken, signer: Certificate, signatureValue: Uint8Array): string | undefined => {
  if (digestOf(token.imprint.hash, signatureValue) !== token.imprint.digest) return 'it is over another signature';
  if (digestOf(token.digest, token.content) !== token.messageDigest) return 'its content was changed';
  if (digestOf(token.signingCertificate.hash, signer.der) !== token.signingCertificate.digest) {
    return 'it names another certificate than the one that signed it';
  }
  const valid =
    verifyRaw(fullAlgorithm(token), publicKeyOf(signer.spki), token.signedAttributes, token.signature) === 'valid';
  return valid ? undefined : 'its own signature does not verify';
};

const rulesAt = (at: Date): PathRules => ({
  at,
  extendedKeyUsages: [timeStamping],
  leafKeyUsages: [keyUsageBit.digitalSignature, keyUsageBit.nonRepudiation],
  algorithms: defaultAlgorithmPolicy,
  policies: anyPolicyInputs,
});

interface Anchors {
  readonly timestampAnchors: readonly {readonly sha256: string; readonly certificate: Certificate | undefined}[];
}

const judge = (
  counterSignature: CounterSignature,
  signatureValue: Uint8Array,
  {timestampAnchors}: Anchors,
  now: Date,
): TimeStampVerdict => {
  const token = parseToken(counterSignature.token);
  const pool = [...token.certificates, ...counterSignature.certificates.map(parseCertificate)];
  const signer = signerOf(token, pool);
  if (!signer) return {proven: false, why: 'the certificate of its signer is missing'};
  const wrong = tokenFault(token, signer, signatureValue);
  if (wrong !== undefined) return {proven: false, why: wrong};
  if (token.genTime > now) return {proven: false, why: 'its time lies in the future'};
  // RFC 3161 section 2.3: the key serves this purpose and no other. The extension is not critical in Microsoft's own.
  if (signer.extendedKeyUsage?.length !== 1) return {proven: false, why: 'its signer serves other purposes too'};
  const pinned = new Set(timestampAnchors.map(({sha256}) => sha256));
  const known = timestampAnchors.flatMap(({certificate}) => (certificate ? [certificate] : []));
  const anchors = [...known, ...pool.filter(({sha256}) => pinned.has(sha256))];
  const rules = rulesAt(token.genTime);
  const paths = candidatePaths(signer, pool, anchors);
  const trusted = paths.some(
    (path) => (outOfDate(path.anchor, token.genTime) ?? validatePath(path, rules)) === undefined,
  );
  return trusted
    ? {proven: true, signedBefore: token.genTime, authority: signer.subject.text}
    : {proven: false, why: 'its authority is not trusted by the profile'};
};

/**
 * Whether an RFC 3161 counter-signature proves that the signature existed at a time. It proves "before", never "new":
 * anyone can have an old signature stamped again.
 */
export const verifyTimeStamp = (
  counterSignature: CounterSignature,
  signatureValue: Uint8Array,
  anchors: Anchors,
  now: Date,
): TimeStampVerdict => {
  try {
    return judge(counterSignature, signatureValue, anchors, now);
  } catch (error) {
    if (isRefusal(error)) return {proven: false, why: error.message};
    throw error;
  }
};
