/*
 * Failures that pass by themselves. Source: exit codes of appcmd and sc as published in issue trackers (Octopus Deploy
 * 1269: 32 while somebody else writes the file; 1726 and 0x80010006: the RPC call was lost; 1061: the service is on its
 * way to another state). Every other code is final: trying again would only repeat it.
 */
const transientExitCodes: readonly number[] = [32, 1061, 1726, 0x80010006];

/** Milliseconds before the second, third, fourth and fifth try: 30 seconds in all. */
const retryDelaysMs: readonly number[] = [2000, 4000, 8000, 16_000];

/** How long to wait before the next try; `undefined`: there is none. */
export const retryDelay = (exitCode: number | null, attempt: number): number | undefined =>
  exitCode !== null && transientExitCodes.includes(exitCode) ? retryDelaysMs[attempt - 1] : undefined;
