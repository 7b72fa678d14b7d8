import {createHash} from 'node:crypto';
import * as asn1js from 'asn1js';
import type {Certificate} from './certificate.ts';

const sequenceOf = (...value: asn1js.BaseBlock[]): asn1js.Sequence => new asn1js.Sequence({value});
const sha1 = '1.3.14.3.2.26';

/** SHA-1 because every responder knows it; it names an issuer and protects nothing (RFC 5019 section 2.1.1). */
const named = (bytes: Uint8Array): asn1js.OctetString =>
  new asn1js.OctetString({valueHex: createHash('sha1').update(bytes).digest()});

/** An OCSPRequest in DER about one certificate, RFC 6960 section 4.1.1. */
export const ocspRequest = (certificate: Certificate, issuer: Certificate): Uint8Array => {
  const digits = certificate.serial.padStart(certificate.serial.length + (certificate.serial.length % 2), '0');
  const serial = Buffer.from(Number.parseInt(digits.slice(0, 2), 16) > 0x7f ? `00${digits}` : digits, 'hex');
  const id = sequenceOf(
    sequenceOf(new asn1js.ObjectIdentifier({value: sha1}), new asn1js.Null()),
    named(issuer.subject.der),
    named(issuer.keyBytes),
    new asn1js.Integer({valueHex: serial}),
  );
  return new Uint8Array(sequenceOf(sequenceOf(sequenceOf(sequenceOf(id)))).toBER());
};
