import type {TrustProfile} from './profile/profile.ts';
import type {Certificate} from './x509/certificate.ts';
import type {Crl} from './x509/crl.ts';
import {type CertificateStatus, pathStatuses} from './x509/crl-status.ts';
import type {OcspResponse} from './x509/ocsp.ts';
import {ocspStatus} from './x509/ocsp-status.ts';
import type {CertificatePath, Fault, PathRules} from './x509/validate-path.ts';

/** Lists and responses are fetched by others and given as data; nothing here knows a network. */
export interface RevocationData {
  readonly crls: readonly Crl[];
  readonly ocsp: readonly OcspResponse[];
}

interface Context extends RevocationData {
  readonly pool: readonly Certificate[];
  readonly rules: PathRules;
}

/** What was found out, shown to the person whatever the policy. */
export interface Revocation {
  readonly policy: TrustProfile['revocation'];
  readonly result: 'good' | 'unknown' | 'not-asked';
  readonly words: string;
}

export interface RevocationVerdict {
  readonly result: Revocation;
  readonly fault: Fault | undefined;
  readonly warnings: readonly string[];
}

const reasons = [
  'unspecified',
  'key compromise',
  'CA compromise',
  'affiliation changed',
  'superseded',
  'cessation of operation',
  'on hold',
];

const revokedFault = (
  status: CertificateStatus & {status: 'revoked'},
  certificate: Certificate | undefined,
): Fault => ({
  code: 'TRUST.REVOKED',
  reason: `The certificate "${certificate?.subject.text}" was revoked on ${status.at.toISOString()} (${reasons[status.reason] ?? 'other reason'}), says the ${status.by}.`,
});

/** Two witnesses: who says "revoked" is believed, then who says "good". */
const together = (one: CertificateStatus, other: CertificateStatus): CertificateStatus => {
  if (one.status === 'revoked' || other.status === 'revoked') return one.status === 'revoked' ? one : other;
  return one.status === 'good' ? one : other.status === 'good' ? other : one;
};

const statusesOf = (path: CertificatePath, context: Context): readonly CertificateStatus[] => {
  const {at, algorithms} = context.rules;
  const byLists = pathStatuses(path, {...context, at, anchor: path.anchor});
  return path.certificates.map((certificate, index) => {
    const issuer = path.certificates[index - 1] ?? path.anchor;
    const list = byLists[index] ?? {status: 'unknown', why: 'nobody was asked'};
    return together(list, ocspStatus(certificate, issuer, {at, responses: context.ocsp, algorithms}));
  });
};

/** Every certificate under the anchor is asked about; the policy decides what no answer means. */
export const judgeRevocation = (
  path: CertificatePath,
  {revocation: policy}: TrustProfile,
  context: Context,
): RevocationVerdict => {
  if (policy === 'off') {
    const words = 'Nobody was asked whether the certificates are revoked: the profile says "off".';
    return {result: {policy, result: 'not-asked', words}, fault: undefined, warnings: [words]};
  }
  const statuses = statusesOf(path, context);
  const index = statuses.findIndex(({status}) => status === 'revoked');
  const revoked = statuses[index];
  const unknown = statuses.find((each) => each.status === 'unknown');
  if (revoked?.status === 'revoked') {
    const fault = revokedFault(revoked, path.certificates[index]);
    return {result: {policy, result: 'unknown', words: fault.reason}, fault, warnings: []};
  }
  if (unknown) {
    const words = `Whether a certificate is revoked is not known: ${unknown.why}.`;
    const fault: Fault | undefined =
      policy === 'require' ? {code: 'TRUST.REVOCATION_UNKNOWN', reason: words} : undefined;
    return {result: {policy, result: 'unknown', words}, fault, warnings: [words]};
  }
  const words = `No certificate is revoked: ${[...new Set(statuses.map((each) => (each.status === 'good' ? each.by : '')))].join('; ')}.`;
  return {result: {policy, result: 'good', words}, fault: undefined, warnings: []};
};
