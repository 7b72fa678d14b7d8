import {reject} from '../reject.ts';
import {type Algorithm, algorithmOf, type Certificate, parseCertificate} from '../x509/certificate.ts';
import {type Asn1, hexOf, integer, joinedOctets, malformed, octets, oid, parseBer, sequence} from '../x509/der.ts';
import {nameOf} from '../x509/name.ts';
import {hashName} from '../x509/signature.ts';

/** An RFC 3161 time-stamp token: CMS SignedData (RFC 5652) with one signer around a TSTInfo. Nothing in it is proven. */
export interface TimeStampToken {
  readonly imprint: {readonly hash: string; readonly digest: string};
  readonly genTime: Date;
  /** TSTInfo as signed. */
  readonly content: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly signer: {readonly issuerKey: string; readonly serial: string};
  readonly digest: string;
  /** signedAttrs in DER with the tag that is signed, SET OF. */
  readonly signedAttributes: Uint8Array;
  readonly messageDigest: string;
  /** Hashes of the signer's certificate as the token names them, ESSCertIDv2 (RFC 5816) only. */
  readonly signingCertificate: {readonly hash: string; readonly digest: string};
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
}

const signedData = '1.2.840.113549.1.7.2';
const tstInfo = '1.2.840.113549.1.9.16.1.4';
const attributeTypes = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};

const child = (node: Asn1 | undefined, tag: string): Asn1 | undefined =>
  node?.children.find((each) => each.tag === tag);

const knownHash = (algorithm: Algorithm): string =>
  hashName(algorithm.oid) ?? malformed('a digest algorithm that does not count');

/** GeneralizedTime of TSTInfo, which may have a fraction (RFC 3161 section 2.4.2). */
const genTimeOf = (node: Asn1 | undefined): Date => {
  const text = Buffer.from(node?.content ?? []).toString('latin1');
  const match = node?.tag === '24' ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) : null;
  if (!match) return malformed('genTime');
  const [, year, month, day, hour, minute, second, fraction = '0'] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
};

const contentOf = (bytes: Uint8Array): Pick<TimeStampToken, 'imprint' | 'genTime'> => {
  const [version, , imprint, , genTime] = sequence(parseBer(bytes));
  if (integer(version) !== 1n) malformed('a version of TSTInfo');
  const [algorithm, digest] = sequence(imprint);
  return {
    imprint: {hash: knownHash(algorithmOf(algorithm)), digest: hexOf(octets(digest))},
    genTime: genTimeOf(genTime),
  };
};

/** ESSCertIDv2 leaves out the hash algorithm where it is SHA-256. */
const essCertificate = (value: Asn1 | undefined): TimeStampToken['signingCertificate'] => {
  const parts = [...sequence(sequence(sequence(value)[0])[0])];
  const hash = parts[0]?.tag === '16' ? knownHash(algorithmOf(parts.shift())) : 'sha256';
  return {hash, digest: hexOf(octets(parts[0]))};
};

const read = (bytes: Uint8Array): TimeStampToken => {
  const outer = sequence(parseBer(bytes));
  if (oid(outer[0]) !== signedData) malformed('not SignedData');
  const data = outer[1]?.children[0];
  const [, , encapsulated] = sequence(data);
  const [contentType, content] = sequence(encapsulated);
  if (oid(contentType) !== tstInfo) malformed('not a time stamp');
  const inner = joinedOctets(content?.children[0]);
  const [signerInfo, ...others] = sequence(data).at(-1)?.children ?? [];
  if (others.length > 0) malformed('more than one signer');
  const [, signerId, digestAlgorithm, attributesNode, signatureAlgorithm, signature] = sequence(signerInfo);
  if (attributesNode?.tag !== '[0]') malformed('no signed attributes');
  const attribute = (type: string): Asn1 | undefined => {
    const found = (attributesNode?.children ?? []).filter((each) => oid(sequence(each)[0]) === type);
    const values = sequence(found[0])[1]?.children ?? [];
    return found.length === 1 && values.length === 1 ? values[0] : malformed('a signed attribute');
  };
  if (oid(attribute(attributeTypes.contentType)) !== tstInfo) malformed('contentType');
  const [issuer, serial] = sequence(signerId);
  const signedAttributes = Uint8Array.from(attributesNode?.bytes ?? []);
  // Section 5.4 of RFC 5652: what is signed is the explicit SET OF, not the implicit [0] that stands in the message.
  signedAttributes[0] = 0x31;
  return {
    ...contentOf(inner),
    content: inner,
    // CertificateSet may hold other kinds too: the genuine token has an attribute certificate.
    certificates: (child(data, '[0]')?.children ?? [])
      .filter(({tag}) => tag === '16')
      .map(({bytes: der}) => parseCertificate(der)),
    signer: {issuerKey: nameOf(issuer).key, serial: integer(serial).toString(16)},
    digest: knownHash(algorithmOf(digestAlgorithm)),
    signedAttributes,
    messageDigest: hexOf(octets(attribute(attributeTypes.messageDigest))),
    signingCertificate: essCertificate(attribute(attributeTypes.signingCertificateV2)),
    signatureAlgorithm: algorithmOf(signatureAlgorithm),
    signature: octets(signature),
  };
};

/** @throws Refusal TRUST.TIMESTAMP */
export const parseToken = (bytes: Uint8Array): TimeStampToken => {
  try {
    return read(bytes);
  } catch (error) {
    return reject(
      'TRUST.TIMESTAMP',
      `The counter-signature cannot be read: ${error instanceof Error ? error.message : error}.`,
    );
  }
};
