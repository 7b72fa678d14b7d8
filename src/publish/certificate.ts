import {type KeyObject, randomBytes, sign} from 'node:crypto';
import * as asn1js from 'asn1js';

/** What is needed to issue a certificate. Only for trials and tests: a real authority has its own tools and ceremony. */
export interface CertificateRequest {
  readonly subject: readonly NamePart[];
  readonly issuer: readonly NamePart[];
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly CertificateExtension[];
  /** Hexadecimal digits; a random number by default. */
  readonly serial?: string;
}

export interface NamePart {
  readonly type: string;
  readonly value: string;
}

export interface CertificateExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER of the value. */
  readonly value: Uint8Array;
}

export const commonName = (value: string): NamePart => ({type: '2.5.4.3', value});
export const organization = (value: string): NamePart => ({type: '2.5.4.10', value});

export const der = (block: asn1js.BaseBlock): Uint8Array => new Uint8Array(block.toBER());
export const sequenceOf = (...value: asn1js.BaseBlock[]): asn1js.Sequence => new asn1js.Sequence({value});
export const raw = (bytes: Uint8Array): asn1js.BaseBlock => {
  const {offset, result} = asn1js.fromBER(bytes, {maxNodes: 1_000_000});
  if (offset === -1) throw new TypeError(`not DER: ${result.error}`);
  return result;
};
export const objectId = (value: string): asn1js.ObjectIdentifier => new asn1js.ObjectIdentifier({value});
export const octetString = (valueHex: Uint8Array): asn1js.OctetString => new asn1js.OctetString({valueHex});
export const bitString = (valueHex: Uint8Array): asn1js.BitString => new asn1js.BitString({valueHex});

export const nameBlock = (parts: readonly NamePart[]): asn1js.Sequence =>
  sequenceOf(
    ...parts.map(
      ({type, value}) => new asn1js.Set({value: [sequenceOf(objectId(type), new asn1js.Utf8String({value}))]}),
    ),
  );

/** RFC 5280 section 4.1.2.5: UTCTime until 2049. */
export const timeBlock = (at: Date): asn1js.BaseBlock => {
  const whole = new Date(Math.floor(at.getTime() / 1000) * 1000);
  return whole.getUTCFullYear() < 2050
    ? new asn1js.UTCTime({valueDate: whole})
    : new asn1js.GeneralizedTime({valueDate: whole});
};

/** sha256WithRSAEncryption or ecdsa-with-SHA256, by the kind of key. */
export const algorithmBlock = (key: KeyObject): asn1js.Sequence =>
  key.asymmetricKeyType === 'rsa'
    ? sequenceOf(objectId('1.2.840.113549.1.1.11'), new asn1js.Null())
    : sequenceOf(objectId('1.2.840.10045.4.3.2'));

export const extensionsBlock = (extensions: readonly CertificateExtension[]): asn1js.Sequence =>
  sequenceOf(
    ...extensions.map(({oid, critical, value}) =>
      sequenceOf(objectId(oid), ...(critical ? [new asn1js.Boolean({value: true})] : []), octetString(value)),
    ),
  );

/** A positive number of 16 bytes, as RFC 5280 section 4.1.2.2 wants it. */
const randomSerial = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
};

const explicit = (tagNumber: number, value: asn1js.BaseBlock): asn1js.BaseBlock =>
  new asn1js.Constructed({idBlock: {tagClass: 3, tagNumber}, value: [value]});

/** Signs what is to be signed and puts the three parts together: certificates and CRLs alike. */
export const signedBlock = (toBeSigned: asn1js.BaseBlock, key: KeyObject): Uint8Array => {
  const tbs = der(toBeSigned);
  return der(sequenceOf(raw(tbs), algorithmBlock(key), bitString(sign('sha256', tbs, key))));
};

/** An X.509 version 3 certificate in DER. */
export const issueCertificate = (request: CertificateRequest): Uint8Array => {
  const tbs = sequenceOf(
    explicit(0, new asn1js.Integer({value: 2})),
    new asn1js.Integer({valueHex: Buffer.from(request.serial ?? randomSerial(), 'hex')}),
    algorithmBlock(request.signingKey),
    nameBlock(request.issuer),
    sequenceOf(timeBlock(request.notBefore), timeBlock(request.notAfter)),
    nameBlock(request.subject),
    raw(request.publicKey.export({format: 'der', type: 'spki'})),
    ...(request.extensions.length > 0 ? [explicit(3, extensionsBlock(request.extensions))] : []),
  );
  return signedBlock(tbs, request.signingKey);
};

export const basicConstraints = (ca: boolean, pathLength?: number): CertificateExtension => ({
  oid: '2.5.29.19',
  critical: true,
  value: der(
    sequenceOf(
      ...(ca ? [new asn1js.Boolean({value: true})] : []),
      ...(pathLength === undefined ? [] : [new asn1js.Integer({value: pathLength})]),
    ),
  ),
});

/** Bits by number, RFC 5280 section 4.2.1.3: 0 digitalSignature, 5 keyCertSign, 6 cRLSign. */
export const keyUsage = (...bits: readonly number[]): CertificateExtension => {
  const byte = bits.reduce((all, bit) => all | (0x80 >> bit), 0);
  const unusedBits = 7 - Math.max(...bits);
  const value = der(new asn1js.BitString({valueHex: Uint8Array.of(byte), unusedBits}));
  return {oid: '2.5.29.15', critical: true, value};
};

export const extendedKeyUsage = (...purposes: readonly string[]): CertificateExtension => ({
  oid: '2.5.29.37',
  critical: false,
  value: der(sequenceOf(...purposes.map(objectId))),
});
