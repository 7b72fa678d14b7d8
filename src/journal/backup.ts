import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../kit/durable-file.ts';
import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';

/*
 * A file is kept byte for byte under the SHA-256 of its bytes, in the backup folder of the run that was about to change
 * it. A plan names it `r3/<sha256>`; `this/<sha256>` is the run that executes the plan, whose id a plan cannot know.
 */

export const backupReference = (runId: string, digest: string): string => `${runId}/${digest}`;

// A reference becomes a path: nothing but a run id and a digest may pass.
const referencePattern = /^(r[1-9]\d{0,8}|this)\/([0-9a-f]{64})$/;

export const writeBackup = async (runFolder: string, bytes: Uint8Array): Promise<string> => {
  const digest = sha256(bytes);
  await writeDurably(join(runFolder, 'backup', digest), bytes);
  return digest;
};

/** @throws Refusal JOURNAL.BACKUP_MISSING, JOURNAL.BACKUP_DAMAGED */
export const readBackup = async (runsFolder: string, reference: string, thisRun: string): Promise<Uint8Array> => {
  const match = referencePattern.exec(reference);
  const [, run, digest] = match ?? [];
  if (run === undefined || digest === undefined) {
    throw new Refusal('JOURNAL.BACKUP_MISSING', `"${reference}" does not name a backup.`);
  }
  const file = join(runsFolder, run === 'this' ? thisRun : run, 'backup', digest);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new Refusal('JOURNAL.BACKUP_MISSING', `The backup ${reference} cannot be read.`, {where: {file}, cause});
  }
  if (sha256(bytes) !== digest) {
    throw new Refusal('JOURNAL.BACKUP_DAMAGED', `The backup ${reference} is not what was saved.`, {where: {file}});
  }
  return bytes;
};
