import * as z from 'zod';

/** Why a plan that is ready is not applied by the agent now. */
export const waiting = z.discriminatedUnion('for', [
  /** The mode says: look and report, never act; or nobody signed what would be applied. */
  z.strictObject({for: z.literal('person'), because: z.enum(['observe', 'signal', 'local-catalogue'])}),
  z.strictObject({for: z.literal('approval'), have: z.number().int(), need: z.number().int()}),
  z.strictObject({for: z.literal('window'), opens: z.string().nullable()}),
  /** MitigationsEnabled is false for the organisation or for this server. */
  z.strictObject({for: z.literal('enabled'), by: z.enum(['organization', 'server'])}),
  /** The EM service runs and would write the same thing. */
  z.strictObject({for: z.literal('one-writer')}),
  /** Something is half done on the server: a machine changes nothing more there before it is in order. */
  z.strictObject({for: z.literal('order'), run: z.string(), because: z.enum(['interrupted', 'not-restored'])}),
  /** A run that a person applied waits for its confirm, and there is one change at a time. */
  z.strictObject({for: z.literal('confirm'), run: z.string()}),
  z.strictObject({
    for: z.literal('server'),
    because: z.enum(['maintenance-mode', 'exchange-setup']),
    evidence: z.string(),
  }),
]);

export type Waiting = z.output<typeof waiting>;
