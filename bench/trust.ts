import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {microsoftProfile} from '../src/trust/profile/microsoft.ts';
import {type Verification, verifyFeed} from '../src/trust/verify-feed.ts';
import {testNow} from '../test/support/certificates.ts';
import {config, forge, trialProfile} from '../test/support/forge-feed.ts';
import {hasRealFeed, realFeed, realFeedPath, realFeedServed} from '../test/support/real-feed.ts';

/*
 * What verification costs: a whole `feed verify` of the genuine feed as a multiple of `xmlsec1 --verify` of the same file,
 * both with the start of their process, and the time in process for feeds of its shape that are larger. xmlsec1 checks
 * the signature alone there; it is the measure, not a rival.
 */

export interface ProcessRow {
  readonly name: string;
  readonly run: () => void;
}

const at = realFeedServed.toISOString();
const hasXmlsec1 = (): boolean => spawnSync('xmlsec1', ['--version']).error === undefined;

/** The two rows that are measured against each other, or why there are none. */
export const verifyRows = (program: string): readonly [xmlsec1: ProcessRow, stopgap: ProcessRow] | string => {
  if (!hasRealFeed) return `no genuine feed at ${realFeedPath}`;
  if (!hasXmlsec1()) return 'xmlsec1 is not installed';
  if (!existsSync(program)) return `no release at ${program}`;
  const quiet = {stdio: 'ignore'} as const;
  return [
    {
      name: 'xmlsec1 --verify, genuine feed',
      // Without a chain: the genuine signer has expired, and xmlsec1 would have to be told another time.
      run: () => void execFileSync('xmlsec1', ['--verify', '--insecure', realFeedPath], quiet),
    },
    {
      name: 'stopgap feed verify, genuine feed',
      run: () => void execFileSync(process.execPath, [program, 'feed', 'verify', realFeedPath, '--at', at], quiet),
    },
  ];
};

/** A signed feed of about that many KiB, of Configs as in the genuine one. */
const feedOf = (kibibytes: number): Uint8Array => {
  const count = Math.floor((kibibytes * 1024) / config('M1000').length);
  return Buffer.from(forge({content: Array.from({length: count}, (_, index) => config(`M${index}`)).join('')}));
};

const requireVerified = (verification: Verification): void => {
  if (!verification.verified) throw new Error(verification.reason);
};

const milliseconds = (work: () => Verification): number => {
  const start = process.hrtime.bigint();
  requireVerified(work());
  return Number(process.hrtime.bigint() - start) / 1e6;
};

export interface SizeRow {
  readonly name: string;
  readonly kibibytes: number;
  /** The best of several runs, once the code is warm: what the work costs, not what the machine was busy with. */
  readonly ms: number;
}

const best = (name: string, bytes: Uint8Array, verify: (bytes: Uint8Array) => Verification): SizeRow => ({
  name,
  kibibytes: bytes.length / 1024,
  ms: Math.min(...Array.from({length: 5}, () => milliseconds(() => verify(bytes)))),
});

/** Verification in process by size. */
export const sizeRows = (): readonly SizeRow[] => {
  const own = (bytes: Uint8Array): Verification => verifyFeed(bytes, {now: testNow, profiles: [trialProfile]});
  const genuine = (bytes: Uint8Array): Verification =>
    verifyFeed(bytes, {now: realFeedServed, profiles: [microsoftProfile]});
  const rows = [64, 256, 1024].map((size) => best(`a feed of ${size} KiB`, feedOf(size), own));
  return hasRealFeed ? [best('the genuine feed', realFeed(), genuine), ...rows] : rows;
};
