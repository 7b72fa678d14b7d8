import {isRefusal} from '../../kit/refusal.ts';
import {reject} from '../reject.ts';
import {type Algorithm, algorithmOf, type Certificate, parseCertificate} from './certificate.ts';
import {type Asn1, bitBytes, hexOf, integer, malformed, octets, oid, parseDer, sequence, time} from './der.ts';
import {extensionsOf} from './extensions.ts';
import {nameOf} from './name.ts';

/** What a responder says of one certificate, RFC 6960 section 4.2.1. Nothing in it is proven. */
export interface OcspAnswer {
  readonly id: CertificateId;
  readonly status:
    | {readonly kind: 'good' | 'unknown'}
    | {readonly kind: 'revoked'; readonly at: Date; readonly reason: number};
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
}

/** CertID: hashes as hexadecimal digits. SHA-1 names an issuer here and protects nothing. */
export interface CertificateId {
  readonly hash: 'sha1' | 'sha256';
  readonly issuerName: string;
  readonly issuerKey: string;
  readonly serial: string;
}

export interface OcspResponse {
  /** Who signed: the key of a name, or the SHA-1 of a key. */
  readonly responder: {readonly nameKey: string} | {readonly keySha1: string};
  readonly producedAt: Date;
  readonly answers: readonly OcspAnswer[];
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly hasUnknownCritical: boolean;
}

const basicType = '1.3.6.1.5.5.7.48.1.1';
const idHashes: ReadonlyMap<string, CertificateId['hash']> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
]);

const part = (parts: readonly Asn1[], tag: string): Asn1 | undefined => parts.find((each) => each.tag === tag);

const hasCritical = (node: Asn1 | undefined): boolean =>
  node !== undefined && extensionsOf(node.children[0]).some(({critical}) => critical);

const idOf = (node: Asn1 | undefined): CertificateId => {
  const [algorithm, name, key, serial] = sequence(node);
  return {
    hash: idHashes.get(algorithmOf(algorithm).oid) ?? malformed('the hash of a CertID'),
    issuerName: hexOf(octets(name)),
    issuerKey: hexOf(octets(key)),
    serial: integer(serial).toString(16),
  };
};

const statusOf = (node: Asn1 | undefined): OcspAnswer['status'] => {
  if (node?.tag === '[0]') return {kind: 'good'};
  if (node?.tag === '[2]') return {kind: 'unknown'};
  if (node?.tag !== '[1]') return malformed('certStatus');
  const [at, reason] = node.children;
  return {kind: 'revoked', at: time(at), reason: reason?.children[0]?.content[0] ?? 0};
};

interface ReadAnswer {
  readonly answer: OcspAnswer;
  readonly critical: boolean;
}

const answerOf = (node: Asn1): ReadAnswer => {
  const [id, status, thisUpdate, ...rest] = sequence(node);
  const nextUpdate = part(rest, '[0]')?.children[0];
  return {
    answer: {
      id: idOf(id),
      status: statusOf(status),
      thisUpdate: time(thisUpdate),
      nextUpdate: nextUpdate && time(nextUpdate),
    },
    critical: hasCritical(part(rest, '[1]')),
  };
};

const responderOf = (node: Asn1 | undefined): OcspResponse['responder'] => {
  const inner = node?.children[0];
  if (node?.tag === '[1]') return {nameKey: nameOf(inner).key};
  return node?.tag === '[2]' ? {keySha1: hexOf(octets(inner))} : malformed('responderID');
};

const read = (der: Uint8Array): OcspResponse => {
  const [status, responseBytes] = sequence(parseDer(der, 'an OCSP response'));
  if (status?.tag !== '10' || status.content[0] !== 0) malformed('the responder did not answer');
  const [type, content] = sequence(responseBytes?.children[0]);
  if (oid(type) !== basicType) malformed('not a basic response');
  const [data, algorithm, signature, certificates] = sequence(parseDer(octets(content), 'an OCSP response'));
  const parts = [...sequence(data)];
  if (parts[0]?.tag === '[0]') parts.shift();
  const [responder, producedAt, list, extensions] = parts;
  const answers = sequence(list).map(answerOf);
  return {
    responder: responderOf(responder),
    producedAt: time(producedAt),
    answers: answers.map(({answer}) => answer),
    tbs: data?.bytes ?? malformed('no data'),
    signatureAlgorithm: algorithmOf(algorithm),
    signature: bitBytes(signature),
    certificates: certificates ? sequence(certificates.children[0]).map(({bytes}) => parseCertificate(bytes)) : [],
    hasUnknownCritical: hasCritical(extensions) || answers.some(({critical}) => critical),
  };
};

/** @throws Refusal TRUST.CERTIFICATE_MALFORMED */
export const parseOcspResponse = (der: Uint8Array): OcspResponse => {
  try {
    return read(der);
  } catch (error) {
    if (isRefusal(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return reject('TRUST.CERTIFICATE_MALFORMED', `An OCSP response cannot be read: ${reason}`);
  }
};
