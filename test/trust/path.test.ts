import {describe, expect, test} from 'vitest';
import {basicConstraints, commonName, extendedKeyUsage, keyUsage} from '../../src/publish/certificate.ts';
import {candidatePaths} from '../../src/trust/x509/build-paths.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {defaultAlgorithmPolicy} from '../../src/trust/x509/signature.ts';
import {anyPolicyInputs, type PathRules, validatePath} from '../../src/trust/x509/validate-path.ts';
import {
  authority,
  codeSigning,
  ecPair,
  type Issued,
  issue,
  rsaPair,
  signer,
  signerExtensions,
  testNow,
} from '../support/certificates.ts';
import {cpuTime} from '../support/cpu-time.ts';

const feedSigning = '1.3.6.1.4.1.311.76.57.1.11';
const anyUsage = '2.5.29.37.0';
const rules: PathRules = {
  at: testNow,
  extendedKeyUsages: [codeSigning],
  leafKeyUsages: [0, 1],
  algorithms: defaultAlgorithmPolicy,
  policies: anyPolicyInputs,
};

/** `accepted`, or the code of the last path that was tried. */
const judge = (leaf: Issued, pool: readonly Issued[], anchor: Issued, changes: Partial<PathRules> = {}): string => {
  let code = 'TRUST.CHAIN_UNTRUSTED';
  const paths = candidatePaths(
    parseCertificate(leaf.der),
    pool.map(({der}) => parseCertificate(der)),
    [parseCertificate(anchor.der)],
  );
  for (const path of paths) {
    const fault = validatePath(path, {...rules, ...changes});
    if (!fault) return 'accepted';
    code = fault.code;
  }
  return code;
};

const root = authority('Root');
const ca = authority('CA', {issuer: root});
// What an unknown extension holds is nobody's business: this is no DER.
const unknownExtension = (critical: boolean) => ({oid: '1.2.3.4.5', critical, value: Uint8Array.of(0xff, 0xff)});
const leafWith = (...usages: readonly string[]): Issued =>
  signer('Leaf', {issuer: ca, extensions: [basicConstraints(false), keyUsage(0), extendedKeyUsage(...usages)]});

test('a leaf, an authority and a pinned root are a path', () => {
  expect(judge(signer('Leaf', {issuer: ca}), [ca], root)).toBe('accepted');
  expect(judge(signer('Leaf', {issuer: root}), [], root)).toBe('accepted');
});

const times: readonly (readonly [string, string])[] = [
  ['2025-12-31T23:59:59Z', 'TRUST.CERTIFICATE_NOT_YET_VALID'],
  ['2026-01-01T00:00:00Z', 'accepted'],
  ['2027-12-31T00:00:00Z', 'accepted'],
  ['2027-12-31T00:00:01Z', 'TRUST.CERTIFICATE_EXPIRED'],
];
test.each(times)('at %s a path of 2026 and 2027 is %s', (at, verdict) => {
  expect(judge(signer('Leaf', {issuer: ca}), [ca], root, {at: new Date(at)})).toBe(verdict);
});

describe('an authority', () => {
  const under = (middle: Issued): string => judge(signer('Leaf', {issuer: middle}), [middle], root);
  const cases: readonly (readonly [string, Parameters<typeof issue>[1], string])[] = [
    ['needs basicConstraints', {extensions: [keyUsage(5, 6)]}, 'TRUST.NOT_A_CA'],
    ['needs cA in basicConstraints', {extensions: [basicConstraints(false), keyUsage(5, 6)]}, 'TRUST.NOT_A_CA'],
    ['needs keyCertSign where it has keyUsage', {extensions: [basicConstraints(true), keyUsage(6)]}, 'TRUST.KEY_USAGE'],
    ['may lack keyUsage', {extensions: [basicConstraints(true)]}, 'accepted'],
    [
      'may have a critical extension only if it is known',
      {extensions: [basicConstraints(true), unknownExtension(true)]},
      'TRUST.CRITICAL_EXTENSION',
    ],
    [
      'may have an unknown extension that is not critical',
      {extensions: [basicConstraints(true), unknownExtension(false)]},
      'accepted',
    ],
    [
      'needs an RSA key of 2048 bits',
      {extensions: [basicConstraints(true)], pair: rsaPair(1024)},
      'TRUST.CERTIFICATE_ALGORITHM',
    ],
    [
      'needs a curve that counts',
      {extensions: [basicConstraints(true)], pair: ecPair('secp256k1')},
      'TRUST.CERTIFICATE_ALGORITHM',
    ],
    [
      'with other purposes may not issue signers',
      {extensions: [basicConstraints(true), extendedKeyUsage('1.3.6.1.5.5.7.3.1')]},
      'TRUST.EKU_MISSING',
    ],
    ['with any purpose may', {extensions: [basicConstraints(true), extendedKeyUsage(anyUsage)]}, 'accepted'],
    [
      'that has expired does not count',
      {extensions: [basicConstraints(true)], notAfter: new Date('2026-06-01T00:00:00Z')},
      'TRUST.CERTIFICATE_EXPIRED',
    ],
  ];
  test.each(cases)('%s', (_name, options, verdict) => {
    expect(under(issue('Middle', {issuer: root, ...options}))).toBe(verdict);
  });
});

describe('the leaf', () => {
  test('needs every purpose that is asked for; any purpose is none', () => {
    const both = {extendedKeyUsages: [codeSigning, feedSigning]};
    expect(judge(leafWith(codeSigning, feedSigning), [ca], root, both)).toBe('accepted');
    expect(judge(leafWith(codeSigning), [ca], root, both)).toBe('TRUST.EKU_MISSING');
    expect(judge(leafWith(feedSigning), [ca], root, both)).toBe('TRUST.EKU_MISSING');
    expect(judge(leafWith(anyUsage), [ca], root)).toBe('TRUST.EKU_MISSING');
    expect(judge(signer('Leaf', {issuer: ca, extensions: [basicConstraints(false)]}), [ca], root)).toBe(
      'TRUST.EKU_MISSING',
    );
  });

  test('may lack keyUsage, as the genuine one does; where it has it, it must be to sign documents', () => {
    const purposes = extendedKeyUsage(codeSigning);
    expect(judge(signer('Leaf', {issuer: ca, extensions: [purposes]}), [ca], root)).toBe('accepted');
    expect(judge(signer('Leaf', {issuer: ca, extensions: [keyUsage(2), purposes]}), [ca], root)).toBe(
      'TRUST.KEY_USAGE',
    );
  });

  test('needs a key that counts', () => {
    expect(judge(signer('Leaf', {issuer: ca, pair: rsaPair(1024)}), [ca], root)).toBe('TRUST.CERTIFICATE_ALGORITHM');
  });

  test('whose unsigned algorithm differs from the signed one, or with extensions in version 2, is malformed', () => {
    const {der} = signer('Leaf', {issuer: ca});
    const malformed = expect.objectContaining({code: 'TRUST.CERTIFICATE_MALFORMED'});
    const sha256 = Buffer.from('2a8648ce3d040302', 'hex');
    const otherAlgorithm = Buffer.from(der);
    otherAlgorithm[otherAlgorithm.lastIndexOf(sha256) + 7] = 3;
    expect(() => parseCertificate(otherAlgorithm)).toThrow(malformed);
    const version2 = Buffer.from(der);
    version2[version2.indexOf(Buffer.from('a003020102', 'hex')) + 4] = 1;
    expect(() => parseCertificate(version2)).toThrow(malformed);
  });

  test('in BER with an indefinite length is malformed', () => {
    const {der} = signer('Leaf', {issuer: ca});
    const header = (der[1] ?? 0) === 0x82 ? 4 : 3;
    const indefinite = Uint8Array.of(0x30, 0x80, ...der.subarray(header), 0, 0);
    expect(parseCertificate(der).subject.text).toBe('CN=Leaf');
    expect(() => parseCertificate(indefinite)).toThrow(expect.objectContaining({code: 'TRUST.CERTIFICATE_MALFORMED'}));
  });

  test('with an extension twice is malformed', () => {
    const twice = signer('Leaf', {issuer: ca, extensions: [...signerExtensions, basicConstraints(false)]});
    expect(() => parseCertificate(twice.der)).toThrow(expect.objectContaining({code: 'TRUST.CERTIFICATE_MALFORMED'}));
  });
});

describe('path length', () => {
  const limited = (length: number): Issued =>
    authority('Limited', {issuer: root, extensions: [basicConstraints(true, length), keyUsage(5)]});
  test('counts the authorities below', () => {
    const none = limited(0);
    const below = authority('Below', {issuer: none});
    expect(judge(signer('Leaf', {issuer: none}), [none], root)).toBe('accepted');
    expect(judge(signer('Leaf', {issuer: below}), [none, below], root)).toBe('TRUST.PATH_LENGTH');
    const one = limited(1);
    const belowOne = authority('Below', {issuer: one});
    expect(judge(signer('Leaf', {issuer: belowOne}), [one, belowOne], root)).toBe('accepted');
  });

  test('does not count an authority that renewed its own key', () => {
    const none = limited(0);
    const renewed = issue('Limited', {
      issuer: none,
      extensions: [basicConstraints(true), keyUsage(5)],
      subject: [commonName('Limited')],
    });
    expect(judge(signer('Leaf', {issuer: renewed}), [none, renewed], root)).toBe('accepted');
  });
});

describe('finding a path', () => {
  test('tries every authority of the name until one fits', () => {
    const impostors = [authority('CA'), authority('CA'), authority('CA', {issuer: authority('Root')})];
    expect(judge(signer('Leaf', {issuer: ca}), [...impostors, ca], root)).toBe('accepted');
    expect(judge(signer('Leaf', {issuer: ca}), impostors, root)).not.toBe('accepted');
  });

  test('a signature by another key of the same name is no path', () => {
    expect(judge(signer('Leaf', {issuer: authority('Root')}), [], root)).toBe('TRUST.CERTIFICATE_SIGNATURE');
  });

  test('ends, also among look-alikes that issued one another', () => {
    const ring = Array.from({length: 9}, () => authority('Ring'));
    const leaf = signer('Leaf', {issuer: ring[0] ?? ca});
    let verdict = '';
    const spent = cpuTime(() => {
      verdict = judge(leaf, ring, root);
    });
    expect(verdict).toBe('TRUST.CHAIN_UNTRUSTED');
    expect(spent).toBeLessThan(1000);
  });

  test('names match regardless of case, runs of blanks and string type', () => {
    const shouting = authority('x', {issuer: root, subject: [commonName('  THE   ca ')]});
    const asked = {...shouting, subject: [commonName('The CA')]};
    expect(judge(signer('Leaf', {issuer: asked}), [shouting], root)).toBe('accepted');
  });
});
