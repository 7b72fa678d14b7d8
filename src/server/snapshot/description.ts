import * as z from 'zod';

/** snapshot.json: what was taken when, and what a copy without secrets cannot show any more. */
export const snapshotJson = z.strictObject({
  formatVersion: z.literal(1),
  takenAt: z.string(),
  stopgap: z.string(),
  /** Every file by its Windows path; `redacted`: the copy differs from the original by the secrets that are taken out. */
  files: z.array(z.strictObject({path: z.string(), sha256: z.string(), redacted: z.boolean()})).readonly(),
  /** Files that hold no text that secrets could be taken out of: not copied. */
  unreadable: z.array(z.strictObject({path: z.string(), sha256: z.string()})).readonly(),
  /** What plans assume, as the original has it, where the copy would tell otherwise. */
  digests: z.record(z.string(), z.string()),
});

export type SnapshotJson = z.output<typeof snapshotJson>;
