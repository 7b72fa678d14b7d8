import {constants, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify} from 'node:crypto';
import type {Algorithm} from './certificate.ts';
import {countOf, oid, sequence} from './der.ts';

/** What counts as strong enough, as data, so that it can be raised without touching the code. */
export interface AlgorithmPolicy {
  readonly minimumRsaBits: number;
  readonly curves: readonly string[];
}

export const defaultAlgorithmPolicy: AlgorithmPolicy = {
  minimumRsaBits: 2048,
  curves: ['prime256v1', 'secp384r1', 'secp521r1'],
};

type KeyType = 'rsa' | 'ec' | 'ed25519';

interface SignatureScheme {
  readonly key: KeyType;
  readonly hash: string | null;
  readonly pss?: {readonly saltLength: number};
}

// SHA-1 and MD5 are absent on purpose, and DSA with them: there is no switch that brings them back.
const schemes: ReadonlyMap<string, SignatureScheme> = new Map([
  ['1.2.840.113549.1.1.11', {key: 'rsa', hash: 'sha256'}],
  ['1.2.840.113549.1.1.12', {key: 'rsa', hash: 'sha384'}],
  ['1.2.840.113549.1.1.13', {key: 'rsa', hash: 'sha512'}],
  ['1.2.840.10045.4.3.2', {key: 'ec', hash: 'sha256'}],
  ['1.2.840.10045.4.3.3', {key: 'ec', hash: 'sha384'}],
  ['1.2.840.10045.4.3.4', {key: 'ec', hash: 'sha512'}],
  ['1.3.101.112', {key: 'ed25519', hash: null}],
]);

const hashes: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

export const hashName = (algorithmOid: string): string | undefined => hashes.get(algorithmOid);

/** RSASSA-PSS-params, RFC 4055: one hash for both purposes, and none of the SHA-1 defaults. */
const pssScheme = ({parameters}: Algorithm): SignatureScheme | undefined => {
  try {
    const parts = sequence(parameters);
    const part = (tag: string) => parts.find((each) => each.tag === tag)?.children[0];
    const hash = hashName(oid(sequence(part('[0]'))[0]));
    const mask = sequence(sequence(part('[1]'))[1])[0];
    const salt = part('[2]');
    if (hash === undefined || !salt || hashName(oid(mask)) !== hash) return undefined;
    return {key: 'rsa', hash, pss: {saltLength: countOf(salt.content)}};
  } catch {
    return undefined;
  }
};

export const schemeOf = (algorithm: Algorithm): SignatureScheme | undefined =>
  algorithm.oid === '1.2.840.113549.1.1.10' ? pssScheme(algorithm) : schemes.get(algorithm.oid);

/** The public key, if it is of a kind and size that counts. */
export const publicKeyOf = (spki: Uint8Array): KeyObject | undefined => {
  try {
    return createPublicKey({key: Buffer.from(spki), format: 'der', type: 'spki'});
  } catch {
    return undefined;
  }
};

/** Why a key is too weak to count, or undefined. */
export const keyWeakness = (key: KeyObject | undefined, policy: AlgorithmPolicy): string | undefined => {
  const details = key?.asymmetricKeyDetails;
  switch (key?.asymmetricKeyType) {
    case 'rsa': {
      const bits = details?.modulusLength ?? 0;
      if ((details?.publicExponent ?? 0n) < 3n) return 'an RSA key with a trivial exponent';
      return bits < policy.minimumRsaBits ? `an RSA key of ${bits} bits` : undefined;
    }
    case 'ec':
      return policy.curves.includes(details?.namedCurve ?? '')
        ? undefined
        : `a key on the curve ${details?.namedCurve}`;
    case 'ed25519':
      return undefined;
    default:
      return 'a key of a kind that is not supported';
  }
};

export type SignatureVerdict = 'valid' | 'invalid' | 'unsupported';

/** Checks a signature over raw bytes, ECDSA values as DER as in certificates, CRLs and CMS. */
export const verifyRaw = (
  algorithm: Algorithm,
  key: KeyObject | undefined,
  data: Uint8Array,
  signature: Uint8Array,
): SignatureVerdict => {
  const scheme = schemeOf(algorithm);
  if (!scheme || key?.asymmetricKeyType !== scheme.key) return 'unsupported';
  const input: VerifyKeyObjectInput = scheme.pss
    ? {key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.pss.saltLength}
    : {key};
  try {
    return verify(scheme.hash, data, input, signature) ? 'valid' : 'invalid';
  } catch {
    return 'invalid';
  }
};
