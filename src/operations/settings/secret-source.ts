import * as z from 'zod';

/**
 * Where a password or a key is, so that it need not stand in the settings: a file that only administrators can read (its
 * first line), or a variable of the environment.
 */
export const secretSource = z.union([
  z.strictObject({file: z.string().min(1)}),
  z.strictObject({env: z.string().regex(/^\w+$/, 'the name of a variable')}),
]);

export type SecretSource = z.output<typeof secretSource>;
