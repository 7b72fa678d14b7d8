import * as asn1js from 'asn1js';
import {
  algorithmBlock,
  type CertificateExtension,
  der,
  extensionsBlock,
  nameBlock,
  sequenceOf,
  signedBlock,
  timeBlock,
} from '../../src/publish/certificate.ts';
import {day, type Issued, testNow} from './certificates.ts';

export interface CrlOptions {
  readonly revoked?: readonly {readonly serial: string; readonly reason?: number}[];
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  readonly extensions?: readonly CertificateExtension[];
  /** Another key than the issuer's. */
  readonly signedBy?: Issued;
}

const serialBlock = (serial: string): asn1js.Integer => new asn1js.Integer({valueHex: Buffer.from(serial, 'hex')});

const entryBlock = ({serial, reason}: {serial: string; reason?: number}): asn1js.Sequence => {
  const reasonCode = {oid: '2.5.29.21', critical: false, value: der(new asn1js.Enumerated({value: reason ?? 0}))};
  const extensions = reason === undefined ? [] : [extensionsBlock([reasonCode])];
  return sequenceOf(serialBlock(serial), timeBlock(new Date(testNow.getTime() - 10 * day)), ...extensions);
};

/** A CRL in DER, current for a week around the tests' moment. */
export const makeCrl = (issuer: Issued, options: CrlOptions = {}): Uint8Array => {
  const signing = options.signedBy ?? issuer;
  const revoked = (options.revoked ?? []).map(entryBlock);
  const next = options.nextUpdate === undefined ? new Date(testNow.getTime() + 6 * day) : options.nextUpdate;
  const extensions = options.extensions ?? [];
  const tbs = sequenceOf(
    new asn1js.Integer({value: 1}),
    algorithmBlock(signing.key),
    nameBlock(issuer.subject),
    timeBlock(options.thisUpdate ?? new Date(testNow.getTime() - day)),
    ...(next ? [timeBlock(next)] : []),
    ...(revoked.length > 0 ? [sequenceOf(...revoked)] : []),
    ...(extensions.length > 0
      ? [new asn1js.Constructed({idBlock: {tagClass: 3, tagNumber: 0}, value: [extensionsBlock(extensions)]})]
      : []),
  );
  return signedBlock(tbs, signing.key);
};

export const crlNumber = (value: number): CertificateExtension => ({
  oid: '2.5.29.20',
  critical: false,
  value: der(new asn1js.Integer({value})),
});

export const deltaIndicator = (base: number): CertificateExtension => ({
  oid: '2.5.29.27',
  critical: true,
  value: der(new asn1js.Integer({value: base})),
});

/** issuingDistributionPoint with one flag: 1 onlyContainsUserCerts, 2 onlyContainsCACerts, 4 indirectCRL. */
export const scopeFlag = (tagNumber: number): CertificateExtension => ({
  oid: '2.5.29.28',
  critical: true,
  value: der(sequenceOf(new asn1js.Primitive({idBlock: {tagClass: 3, tagNumber}, valueHex: Uint8Array.of(0xff)}))),
});

const explicit = (tagNumber: number, value: asn1js.Constructed | asn1js.Primitive): asn1js.Constructed =>
  new asn1js.Constructed({idBlock: {tagClass: 3, tagNumber}, value: [value]});

/** cRLDistributionPoints with one address. */
export const listedAt = (url: string): CertificateExtension => {
  const uri = new asn1js.Primitive({idBlock: {tagClass: 3, tagNumber: 6}, valueHex: Buffer.from(url)});
  return {oid: '2.5.29.31', critical: false, value: der(sequenceOf(sequenceOf(explicit(0, explicit(0, uri)))))};
};
