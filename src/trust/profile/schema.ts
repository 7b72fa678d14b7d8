import * as z from 'zod';

/*
 * A trust profile says whom a feed may come from. Profiles are data and may overlap, so that an anchor is rotated by
 * adding the next one before the old one ends.
 */

const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 hexadecimal digits'));
const objectId = z.string().regex(/^[0-2](?:\.\d+)+$/, 'an object identifier such as 1.3.6.1.5.5.7.3.3');
const instant = z.iso.datetime().transform((text) => new Date(text));

const anchor = z.union([
  /** The certificate itself comes from the feed; it counts only if its SHA-256 is this one. */
  z.strictObject({sha256: fingerprint}),
  /** A PEM file beside the profile. */
  z.strictObject({file: z.string().regex(/^[\w.-]+$/, 'the name of a file beside the profile')}),
  z.strictObject({pem: z.string().includes('-----BEGIN CERTIFICATE-----')}),
]);

const freshness = z.strictObject({
  /** A feed past its own `expires`. */
  expired: z.enum(['warn', 'refuse']).default('refuse'),
  maximumAgeDays: z.number().positive().nullable().default(null),
  tooOld: z.enum(['warn', 'refuse']).default('warn'),
  /** Same serial or version as before with other content. */
  sameVersion: z.enum(['warn', 'refuse']).default('refuse'),
  /** A larger step of the serial would lock out every later feed of the real publisher. */
  maximumJump: z.number().int().positive().default(10_000),
  /** An alarm when no feed could be had for that long; null: none. */
  noFetchHours: z.number().positive().nullable().default(24),
  /** An alarm when the signed content has been the same for that long: somebody may serve an old answer for ever. */
  sameAnswerDays: z.number().positive().nullable().default(180),
});

export const trustProfileFile = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dots and dashes'),
  dialect: z.enum(['stopgap', 'microsoft']),
  anchors: z.array(anchor).min(1),
  signer: z.strictObject({
    /** All of them must stand in the certificate. */
    extendedKeyUsages: z.array(objectId).min(1).default(['1.3.6.1.5.5.7.3.3']),
    /** Common names; empty: any name below the anchor. */
    names: z.array(z.string().min(1)).default([]),
    issuers: z.array(z.string().min(1)).default([]),
    /** SHA-256 of certificates that count no longer, whoever issued them. */
    blocked: z.array(fingerprint).default([]),
  }),
  /** `require`: no answer is a refusal; `prefer`: no answer is a warning; `off`: nobody asks. */
  revocation: z.enum(['require', 'prefer', 'off']).default('require'),
  /** Whether a signer that has expired since counts at the time of a counter-signature. */
  expiredSigner: z.enum(['refuse', 'timestamp']).default('refuse'),
  timestampAnchors: z.array(anchor).default([]),
  freshness: freshness.prefault({}),
  /** Hosts that this profile's feed, and redirects on the way to it, may come from; empty: the host of the URL alone. */
  hosts: z.array(z.string().regex(/^[a-z0-9.-]+$/, 'a host name in lower case')).default([]),
  /**
   * Who issues the TLS certificates of those hosts: organisation or common name. Another issuer that this machine trusts is
   * an inspecting proxy, which is worth a warning. Empty: any.
   */
  tlsIssuers: z.array(z.string().min(1)).default([]),
  from: instant.optional(),
  until: instant.optional(),
});

export type TrustProfileFile = z.output<typeof trustProfileFile>;
export type FreshnessPolicy = TrustProfileFile['freshness'];
