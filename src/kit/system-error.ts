/** What the operating system calls an error, `ENOENT`; `undefined`: it did not come from there. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** There is no such file or folder. */
export const isMissing = (error: unknown): boolean => systemCode(error) === 'ENOENT';
