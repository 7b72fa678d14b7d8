import {escapeLine} from '../../kit/escape-control.ts';
import type {NextStep} from '../../kit/refusal.ts';
import type {FeedAlarm} from '../../trust/staleness.ts';
import type {Verification} from '../../trust/verify-feed.ts';

/** One line of `feed verify --json`. */
export interface VerifyLine {
  readonly file: string;
  readonly verified: boolean;
  readonly reason: string;
  readonly code: string;
  readonly signer: string | null;
  readonly issuer: string | null;
  /** Time of a proven counter-signature: the signature is at least that old. */
  readonly signedAt: string | null;
  readonly timeStamped: boolean;
  readonly revocation: {readonly policy: string; readonly result: string; readonly words: string} | null;
  readonly warnings: readonly string[];
  readonly mitigations: readonly string[];
  /** When nothing by this signer counts any more, and what ends then. */
  readonly blindFrom: {readonly at: string; readonly what: string} | null;
  readonly next: readonly NextStep[];
}

const nothing = {
  signer: null,
  issuer: null,
  signedAt: null,
  timeStamped: false,
  revocation: null,
  warnings: [],
  mitigations: [],
  blindFrom: null,
};

/** A signer of one's own is only trusted by a profile of one's own. */
const nextFor = (file: string, code: string): readonly NextStep[] =>
  code === 'TRUST.CHAIN_UNTRUSTED'
    ? [
        {
          label: 'If you know the signer, name the trust profile that pins its root',
          command: `stopgap feed verify ${file} --profile PROFILE.yaml`,
        },
      ]
    : [];

export const refusedLine = (
  file: string,
  {code, reason}: {readonly code: string; readonly reason: string},
): VerifyLine => ({
  file,
  verified: false,
  reason,
  code,
  ...nothing,
  next: nextFor(file, code),
});

/** `alarms`: those of the server that is meant, of which the ones of the feed's own profile concern it. */
export const lineOf = (file: string, verification: Verification, alarms: readonly FeedAlarm[]): VerifyLine => {
  if (!verification.verified) return refusedLine(file, verification);
  const {verified, reason, code} = verification;
  const {feed, signedAt, revocation, warnings, blindFrom} = verification;
  return {
    file,
    verified,
    reason,
    code,
    signer: feed.signer,
    issuer: feed.issuer,
    signedAt: signedAt?.toISOString() ?? null,
    timeStamped: signedAt !== null,
    revocation,
    warnings: [...warnings, ...alarms.filter(({profile}) => profile === feed.profile).map(({words}) => words)],
    mitigations: feed.mitigationIds,
    blindFrom: blindFrom && {at: blindFrom.at.toISOString(), what: blindFrom.what},
    next: [],
  };
};

export const inWords = (line: VerifyLine): string => {
  const safe = escapeLine;
  const {file, verified, reason, code, signedAt, revocation, warnings, mitigations, blindFrom} = line;
  const result = [
    `${safe(file)}: ${verified ? 'verified' : 'refused'}. ${safe(reason)}${verified ? '' : ` [${code}]`}`,
  ];
  for (const {label, command} of line.next) result.push(`  next: ${safe(label)}:`, `    ${safe(command ?? '')}`);
  if (!verified) return result.join('\n');
  if (signedAt !== null) result.push(`  A counter-signature proves that it was signed before ${signedAt}.`);
  if (revocation?.result === 'good') result.push(`  ${safe(revocation.words)}`);
  if (blindFrom) {
    result.push(
      `  ${safe(blindFrom.what)} ends on ${blindFrom.at}; without another, no feed by this signer counts from then on.`,
    );
  }
  for (const warning of warnings) result.push(`  Warning: ${safe(warning)}`);
  result.push(
    mitigations.length === 0 ? '  It lists no mitigation.' : `  Mitigations: ${mitigations.map(safe).join(', ')}.`,
  );
  return result.join('\n');
};
