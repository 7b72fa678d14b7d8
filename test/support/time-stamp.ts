import {createHash, sign} from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  algorithmBlock,
  basicConstraints,
  der,
  extendedKeyUsage,
  nameBlock,
  objectId,
  octetString,
  raw,
  sequenceOf,
} from '../../src/publish/certificate.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {authority, type Issued, issue, testNow} from './certificates.ts';
import {base64, x509} from './forge-feed.ts';

/* An RFC 3161 authority for tests, of whose tokens every part can be wrong. */

export const timeStamping = '1.3.6.1.5.5.7.3.8';
export const stampRoot = authority('Stamp root');
export const stampAuthority = issue('Stamp authority', {
  issuer: stampRoot,
  extensions: [basicConstraints(false), extendedKeyUsage(timeStamping)],
});

export interface StampOptions {
  readonly signer?: Issued;
  readonly genTime?: Date;
  /** What the imprint is made over instead of the signature. */
  readonly over?: Uint8Array;
  /** Replaces TSTInfo after its digest was signed. */
  readonly swapGenTime?: Date;
  /** Certificate that the token names, other than that of its signer. */
  readonly named?: Issued;
  readonly breakSignature?: boolean;
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const sha256Block = (): asn1js.Sequence => sequenceOf(objectId('2.16.840.1.101.3.4.2.1'));
const context = (tagNumber: number, ...value: asn1js.BaseBlock[]): asn1js.Constructed =>
  new asn1js.Constructed({idBlock: {tagClass: 3, tagNumber}, value});
const tstType = '1.2.840.113549.1.9.16.1.4';

const tstInfo = (imprint: Uint8Array, genTime: Date): Uint8Array =>
  der(
    sequenceOf(
      new asn1js.Integer({value: 1}),
      objectId('1.2.3.4'),
      sequenceOf(sha256Block(), octetString(imprint)),
      new asn1js.Integer({value: 1}),
      new asn1js.GeneralizedTime({valueDate: genTime}),
    ),
  );

const attribute = (type: string, value: asn1js.BaseBlock): asn1js.Sequence =>
  sequenceOf(objectId(type), new asn1js.Set({value: [value]}));

const signerInfo = (content: Uint8Array, signer: Issued, {named, breakSignature}: StampOptions): asn1js.Sequence => {
  const certificateHash = sha256((named ?? signer).der);
  const attributes = [
    attribute('1.2.840.113549.1.9.3', objectId(tstType)),
    attribute('1.2.840.113549.1.9.4', octetString(sha256(content))),
    attribute('1.2.840.113549.1.9.16.2.47', sequenceOf(sequenceOf(sequenceOf(octetString(certificateHash))))),
  ];
  const signature = sign('sha256', der(new asn1js.Set({value: attributes})), signer.key);
  if (breakSignature) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  const {serial} = parseCertificate(signer.der);
  const even = serial.padStart(serial.length + (serial.length % 2), '0');
  return sequenceOf(
    new asn1js.Integer({value: 1}),
    sequenceOf(nameBlock(parentName), new asn1js.Integer({valueHex: Buffer.from(even, 'hex')})),
    sha256Block(),
    context(0, ...attributes),
    algorithmBlock(signer.key),
    octetString(signature),
  );
};
const parentName = stampRoot.subject;

export const makeToken = (signatureValue: Uint8Array, options: StampOptions = {}): Uint8Array => {
  const signer = options.signer ?? stampAuthority;
  const imprint = sha256(options.over ?? signatureValue);
  const content = tstInfo(imprint, options.genTime ?? testNow);
  const shown = options.swapGenTime ? tstInfo(imprint, options.swapGenTime) : content;
  const data = sequenceOf(
    new asn1js.Integer({value: 3}),
    new asn1js.Set({value: [sha256Block()]}),
    sequenceOf(objectId(tstType), context(0, octetString(shown))),
    context(0, raw(signer.der)),
    new asn1js.Set({value: [signerInfo(content, signer, options)]}),
  );
  return der(sequenceOf(objectId('1.2.840.113549.1.7.2'), context(0, data)));
};

/** The element that stands in a signature, with its token. */
export const counterSignature = (token: Uint8Array): string => {
  const open =
    '<CounterSignature xmlns="http://schemas.microsoft.com/xmldsig/timestamp/2003" ts-format="cms-timestamp-message">';
  return `<Object Id="ts-countersig">${x509([stampAuthority.der, stampRoot.der])}${open}${base64(token)}</CounterSignature></Object>`;
};
