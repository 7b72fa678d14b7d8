import {generateKeyPairSync, type KeyObject} from 'node:crypto';
import {
  basicConstraints,
  commonName,
  extendedKeyUsage,
  issueCertificate,
  keyUsage,
  type NamePart,
  organization,
} from './certificate.ts';
import {certificatePem, keyPem} from './pem.ts';

/** Files of an authority for trials, by name. The authority's own key is thrown away: it signs once. */
export interface TestAuthority {
  readonly 'ca.pem': string;
  /** The signer and, behind it, its authority. */
  readonly 'signer.pem': string;
  readonly 'signer.key.pem': string;
  readonly 'profile.yaml': string;
}

const codeSigning = '1.3.6.1.5.5.7.3.3';
const dayMs = 86_400_000;

const profileFor = (name: string): string =>
  `# For trials only: the key that this profile trusts lies in the same folder.
formatVersion: 1
name: ${name}
dialect: stopgap
anchors:
  - file: ca.pem
signer:
  extendedKeyUsages: [${codeSigning}]
  names: [stopgap trial signer]
  issuers: [stopgap trial authority]
revocation: off
`;

const pair = (): {publicKey: KeyObject; privateKey: KeyObject} => generateKeyPairSync('ec', {namedCurve: 'P-256'});

/** A throw-away authority, a signer and the trust profile that accepts them, valid from a day before `now`. */
export const makeTestAuthority = (options: {
  readonly now: Date;
  readonly days: number;
  readonly name: string;
}): TestAuthority => {
  const notBefore = new Date(options.now.getTime() - dayMs);
  const notAfter = new Date(options.now.getTime() + options.days * dayMs);
  const name = (common: string): readonly NamePart[] => [organization('For trials only'), commonName(common)];
  const authority = name('stopgap trial authority');
  const root = pair();
  const signer = pair();
  const shared = {issuer: authority, signingKey: root.privateKey, notBefore, notAfter};
  const ca = issueCertificate({
    ...shared,
    subject: authority,
    publicKey: root.publicKey,
    extensions: [basicConstraints(true, 0), keyUsage(5, 6)],
  });
  const leaf = issueCertificate({
    ...shared,
    subject: name('stopgap trial signer'),
    publicKey: signer.publicKey,
    extensions: [basicConstraints(false), keyUsage(0), extendedKeyUsage(codeSigning)],
  });
  return {
    'ca.pem': certificatePem(ca),
    'signer.pem': certificatePem(leaf) + certificatePem(ca),
    'signer.key.pem': keyPem(signer.privateKey),
    'profile.yaml': profileFor(options.name),
  };
};
