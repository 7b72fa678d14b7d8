import {createHash, sign} from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  algorithmBlock,
  bitString,
  type CertificateExtension,
  der,
  extensionsBlock,
  nameBlock,
  objectId,
  octetString,
  raw,
  sequenceOf,
} from '../../src/publish/certificate.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {day, type Issued, testNow} from './certificates.ts';

export interface OcspOptions {
  readonly serial: string;
  readonly status?: 'good' | 'revoked' | 'unknown';
  readonly hash?: 'sha1' | 'sha256';
  /** Signs and is named as the responder; the issuer itself by default. */
  readonly responder?: Issued;
  readonly certificates?: readonly Issued[];
  readonly producedAt?: Date;
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  readonly extensions?: readonly CertificateExtension[];
  readonly byKey?: boolean;
}

const hashOids = {sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1'};
const generalized = (valueDate: Date): asn1js.GeneralizedTime => new asn1js.GeneralizedTime({valueDate});
const tagged = (tagNumber: number, ...value: asn1js.BaseBlock[]): asn1js.Constructed =>
  new asn1js.Constructed({idBlock: {tagClass: 3, tagNumber}, value});
const flag = (tagNumber: number): asn1js.Primitive => new asn1js.Primitive({idBlock: {tagClass: 3, tagNumber}});

const keyOf = (issued: Issued): Uint8Array => parseCertificate(issued.der).keyBytes;

const statusBlock = (status: OcspOptions['status']): asn1js.BaseBlock => {
  if (status === 'revoked') return tagged(1, generalized(new Date(testNow.getTime() - 10 * day)));
  return flag(status === 'unknown' ? 2 : 0);
};

/** An OCSP response in DER about one certificate of that issuer. */
export const makeOcspResponse = (issuer: Issued, options: OcspOptions): Uint8Array => {
  const hash = options.hash ?? 'sha1';
  const digest = (bytes: Uint8Array): asn1js.OctetString => octetString(createHash(hash).update(bytes).digest());
  const responder = options.responder ?? issuer;
  const id = sequenceOf(
    sequenceOf(objectId(hashOids[hash]), new asn1js.Null()),
    digest(der(nameBlock(issuer.subject))),
    digest(keyOf(issuer)),
    new asn1js.Integer({valueHex: Buffer.from(options.serial, 'hex')}),
  );
  const next = options.nextUpdate === undefined ? new Date(testNow.getTime() + day) : options.nextUpdate;
  const this_ = generalized(options.thisUpdate ?? new Date(testNow.getTime() - day / 24));
  const single = sequenceOf(id, statusBlock(options.status), this_, ...(next ? [tagged(0, generalized(next))] : []));
  const name = options.byKey
    ? tagged(2, octetString(createHash('sha1').update(keyOf(responder)).digest()))
    : tagged(1, nameBlock(responder.subject));
  const extensions = options.extensions ? [tagged(1, extensionsBlock(options.extensions))] : [];
  const tbs = der(sequenceOf(name, generalized(options.producedAt ?? testNow), sequenceOf(single), ...extensions));
  const certificates = options.certificates ?? [];
  const basic = sequenceOf(
    raw(tbs),
    algorithmBlock(responder.key),
    bitString(sign('sha256', tbs, responder.key)),
    ...(certificates.length > 0 ? [tagged(0, sequenceOf(...certificates.map((each) => raw(each.der))))] : []),
  );
  const bytes = sequenceOf(objectId('1.3.6.1.5.5.7.48.1.1'), octetString(der(basic)));
  return der(sequenceOf(new asn1js.Enumerated({value: 0}), tagged(0, bytes)));
};
