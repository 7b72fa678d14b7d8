import type {Verification} from '../../trust/verify-feed.ts';
import {defineCommand, type Io} from '../command.ts';

/** One line of `feed verify --json`. */
interface VerifyLine {
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

const lineOf = (file: string, verification: Verification): VerifyLine => {
  const {verified, reason, code} = verification;
  if (!verification.verified) return {file, verified, reason, code, ...nothing};
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
    warnings,
    mitigations: feed.mitigationIds,
    blindFrom: blindFrom && {at: blindFrom.at.toISOString(), what: blindFrom.what},
  };
};

const inWords = (line: VerifyLine, safe: (text: string) => string): string => {
  const {file, verified, reason, code, signedAt, revocation, warnings, mitigations, blindFrom} = line;
  const result = [
    `${safe(file)}: ${verified ? 'verified' : 'refused'}. ${safe(reason)}${verified ? '' : ` [${code}]`}`,
  ];
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

const verifyFiles = async (
  files: readonly string[],
  options: {
    readonly profiles: readonly string[];
    readonly crls: readonly string[];
    readonly at: string | undefined;
    readonly io: Io;
  },
): Promise<readonly VerifyLine[]> => {
  const {resolve} = await import('node:path');
  const {readFeedFile} = await import('../../feed/feed-file.ts');
  const {isRefusal} = await import('../../kit/refusal.ts');
  const {loadTrustProfiles} = await import('../../operations/trust-profiles.ts');
  const {verifyBounded} = await import('../../operations/verify-bounded.ts');
  const {moment} = await import('../moment.ts');
  const {profiles, crls, at, io} = options;
  const trusted = await loadTrustProfiles(profiles, {stateDir: undefined, cwd: io.cwd});
  const lists = await Promise.all(crls.map((file) => readFeedFile(resolve(io.cwd, file))));
  const now = moment(at, io);
  const lines: VerifyLine[] = [];
  for (const file of files) {
    try {
      const bytes = await readFeedFile(resolve(io.cwd, file));
      lines.push(lineOf(file, await verifyBounded(bytes, {now, profiles: trusted, crls: lists})));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      lines.push({file, verified: false, reason: error.message, code: error.code, ...nothing});
    }
  }
  return lines;
};

/** Says whether files are trusted, without a network and without remembering anything. */
export const feedVerifyCommand = defineCommand({
  name: 'feed verify <files..>',
  describe: 'Check the signature and the origin of feeds, offline; remembers nothing',
  builder: (yargs) =>
    yargs
      .positional('files', {type: 'string', array: true, demandOption: true, describe: 'Feed documents'})
      .option('profile', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Trust profile: microsoft, or a file',
      })
      .option('crl', {type: 'string', array: true, default: [] as string[], describe: 'Revocation list (DER file)'})
      .option('at', {type: 'string', describe: 'Check as if it were this time (UTC, ISO 8601)'}),
  run: async (args, io) => {
    const {escapeLine} = await import('../../kit/escape-control.ts');
    const lines = await verifyFiles(args.files, {profiles: args.profile, crls: args.crl, at: args.at, io});
    const all = lines.every(({verified}) => verified);
    return {
      code: all ? 'FEED.VERIFIED' : 'FEED.NOT_VERIFIED',
      exitCode: all ? 0 : 3,
      data: lines,
      lines,
      text: lines.map((line) => inWords(line, escapeLine)).join('\n'),
    };
  },
});
