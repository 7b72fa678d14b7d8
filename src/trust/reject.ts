import {Refusal} from '../kit/refusal.ts';

/** Why a document is not trusted. The codes are an interface: scripts and alarms read them. */
export const trustCodes = [
  'TRUST.TOO_LARGE',
  'TRUST.NOT_UTF8',
  'TRUST.DTD',
  'TRUST.PROCESSING_INSTRUCTION',
  'TRUST.ENTITY',
  'TRUST.ILLEGAL_CHARACTER',
  'TRUST.NOT_WELL_FORMED',
  'TRUST.LIMIT',
  'TRUST.TIME_LIMIT',
  'TRUST.NOT_SIGNED',
  'TRUST.SIGNATURE_COUNT',
  'TRUST.SIGNATURE_PLACE',
  'TRUST.SIGNATURE_SHAPE',
  'TRUST.ALGORITHM',
  'TRUST.REFERENCE',
  'TRUST.TRANSFORM',
  'TRUST.KEY_INFO',
  'TRUST.KEY_VALUE',
  'TRUST.CERTIFICATE_MALFORMED',
  'TRUST.LEAF',
  'TRUST.CHAIN_UNTRUSTED',
  'TRUST.CERTIFICATE_EXPIRED',
  'TRUST.CERTIFICATE_NOT_YET_VALID',
  'TRUST.CERTIFICATE_SIGNATURE',
  'TRUST.CERTIFICATE_ALGORITHM',
  'TRUST.NOT_A_CA',
  'TRUST.PATH_LENGTH',
  'TRUST.KEY_USAGE',
  'TRUST.EKU_MISSING',
  'TRUST.NAME_CONSTRAINTS',
  'TRUST.POLICY',
  'TRUST.CRITICAL_EXTENSION',
  'TRUST.SIGNER_NAME',
  'TRUST.ISSUER_NAME',
  'TRUST.BLOCKED_CERTIFICATE',
  'TRUST.REVOKED',
  'TRUST.REVOCATION_UNKNOWN',
  'TRUST.TIMESTAMP',
  'TRUST.SIGNATURE_VALUE',
  'TRUST.SIGNATURE_DIGEST',
  'TRUST.PAYLOAD',
  'TRUST.ROLLBACK',
  'TRUST.SAME_VERSION_OTHER_CONTENT',
  'TRUST.VERSION_JUMP',
  'TRUST.FEED_EXPIRED',
  'TRUST.FEED_TOO_OLD',
  'TRUST.PROFILE_NOT_IN_FORCE',
  'TRUST.NO_PROFILE',
] as const;

export type TrustCode = (typeof trustCodes)[number];

/** The answer "not trusted", in the shape that `verifyFeed` catches; nothing that is thrown ever means "trusted". */
export const rejection = (code: TrustCode, reason: string): Refusal =>
  new Refusal(code, reason, {untouched: 'Nothing of the document was used.'});

export const reject = (code: TrustCode, reason: string): never => {
  throw rejection(code, reason);
};
