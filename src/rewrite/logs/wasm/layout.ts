/** Where things lie, for the one who fills the memory. */
export const layout = {
  table: 0,
  count: 512,
  texts: 1024,
  /** What stood where the padding is. */
  kept: 2048,
  candidates: 4096,
  mostCandidates: 4096,
  log: 65536,
  padding: 160,
} as const;

/** Number of pages of 64 kB: the log has 1 MiB. */
export const pages = 18;
