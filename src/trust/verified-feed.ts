declare const verified: unique symbol;

/**
 * A feed whose origin is proven. There is one mint, `verifyFeed` in this folder; a stage that needs trust asks for this
 * type and cannot be given anything else.
 */
export interface VerifiedFeed {
  readonly [verified]: true;
  /** The canonical signed bytes of the one checked reference, as text. The document around them is never read. */
  readonly xml: string;
  /** SHA-256 of those bytes. */
  readonly digest: string;
  /** SHA-256 of the document as it came, under which it is kept. */
  readonly documentDigest: string;
  /** Distinguished name of the certificate that signed, in RFC 4514 order as issued: `CN=..., O=..., C=US`. */
  readonly signer: string;
  readonly issuer: string;
  /** SHA-256 of that certificate. */
  readonly signerCertificate: string;
  /** Name of the trust profile that accepted it. */
  readonly profile: string;
  /** Whether the profile's publisher writes our dialect; Microsoft's genuine feed is only a signal. */
  readonly dialect: 'stopgap' | 'microsoft';
  /** `EOCS@version`, `1.0.4` */
  readonly version: string;
  /** `EOCS@serial`; undefined in Microsoft's feed. */
  readonly serial: number | undefined;
  /** `Config@id` of every mitigation, in order. */
  readonly mitigationIds: readonly string[];
}

/** What such a feed says, without the proof: what crosses the border of a thread. */
export type FeedContent = Omit<VerifiedFeed, typeof verified>;

/** For `verifyFeed`, and for its answer out of another thread; a test holds that nothing else imports it. */
export const mintVerifiedFeed = (content: FeedContent): VerifiedFeed => content as VerifiedFeed;
