import {generateKeyPairSync, type KeyObject} from 'node:crypto';
import {
  basicConstraints,
  type CertificateExtension,
  commonName,
  extendedKeyUsage,
  issueCertificate,
  keyUsage,
  type NamePart,
} from '../../src/publish/certificate.ts';

/* A certificate factory for tests: every field can be wrong on purpose. */

export interface Issued {
  readonly der: Uint8Array;
  readonly subject: readonly NamePart[];
  readonly key: KeyObject;
}

export const codeSigning = '1.3.6.1.5.5.7.3.3';
export const day = 86_400_000;
/** All certificates of the tests are valid around this moment. */
export const testNow = new Date('2026-11-22T00:00:00Z');
const from = new Date('2026-01-01T00:00:00Z');
const to = new Date('2027-12-31T00:00:00Z');

export const ecPair = (namedCurve = 'P-256'): {publicKey: KeyObject; privateKey: KeyObject} =>
  generateKeyPairSync('ec', {namedCurve});
export const rsaPair = (modulusLength = 2048): {publicKey: KeyObject; privateKey: KeyObject} =>
  generateKeyPairSync('rsa', {modulusLength});

export interface IssueOptions {
  readonly issuer?: Issued;
  readonly pair?: {readonly publicKey: KeyObject; readonly privateKey: KeyObject};
  readonly extensions?: readonly CertificateExtension[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serial?: string;
  readonly subject?: readonly NamePart[];
}

/** Without an issuer: self-signed. */
export const issue = (name: string, options: IssueOptions = {}): Issued => {
  const pair = options.pair ?? ecPair();
  const subject = options.subject ?? [commonName(name)];
  const der = issueCertificate({
    subject,
    issuer: options.issuer?.subject ?? subject,
    publicKey: pair.publicKey,
    signingKey: options.issuer?.key ?? pair.privateKey,
    notBefore: options.notBefore ?? from,
    notAfter: options.notAfter ?? to,
    extensions: options.extensions ?? [],
    ...(options.serial === undefined ? {} : {serial: options.serial}),
  });
  return {der, subject, key: pair.privateKey};
};

export const authorityExtensions = [basicConstraints(true), keyUsage(5, 6)];
export const signerExtensions = [basicConstraints(false), keyUsage(0), extendedKeyUsage(codeSigning)];

export const authority = (name: string, options: IssueOptions = {}): Issued =>
  issue(name, {extensions: authorityExtensions, ...options});

export const signer = (name: string, options: IssueOptions = {}): Issued =>
  issue(name, {extensions: signerExtensions, ...options});
