import {resolve} from 'node:path';
import {readFeedFile} from '../../feed/feed-file.ts';
import {isRefusal} from '../../kit/refusal.ts';
import {loadTrustProfiles} from '../../operations/trust-profiles.ts';
import {verifyBounded} from '../../operations/verify-bounded.ts';
import type {FeedAlarm} from '../../trust/staleness.ts';
import {lineOf, refusedLine, type VerifyLine} from './verify-line.ts';

/* Everything that `feed verify` loads is named here, so that a run loads it at one go. */

export interface VerifyFilesOptions {
  readonly cwd: string;
  readonly now: Date;
  /** Names or files of trust profiles. */
  readonly profiles: readonly string[];
  /** Files of revocation lists. */
  readonly crls: readonly string[];
  /** Of the server that is meant, if any: its profiles count, and what it remembers is worth a word. */
  readonly stateDir: string | undefined;
}

// Only a server has a memory, and reading it takes a schema.
const alarmsOf = async ({stateDir, cwd, now, profiles}: VerifyFilesOptions): Promise<readonly FeedAlarm[]> =>
  stateDir === undefined
    ? []
    : (await import('../../operations/feed-alarms.ts')).feedAlarms({stateDir, cwd, now, profiles});

/** Judges files one by one; one that cannot be read does not stop the next. */
export const verifyFiles = async (
  files: readonly string[],
  options: VerifyFilesOptions,
): Promise<readonly VerifyLine[]> => {
  const {cwd, now} = options;
  const profiles = await loadTrustProfiles(options.profiles, options);
  const crls = await Promise.all(options.crls.map((file) => readFeedFile(resolve(cwd, file))));
  const alarms = await alarmsOf(options);
  const lines: VerifyLine[] = [];
  for (const file of files) {
    try {
      const bytes = await readFeedFile(resolve(cwd, file));
      lines.push(lineOf(file, await verifyBounded(bytes, {now, profiles, crls}), alarms));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      lines.push(refusedLine(file, {code: error.code, reason: error.message}));
    }
  }
  return lines;
};
