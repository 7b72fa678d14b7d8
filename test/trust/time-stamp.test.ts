import {expect, test} from 'vitest';
import {sha256} from '../../src/kit/hash.ts';
import {basicConstraints, extendedKeyUsage} from '../../src/publish/certificate.ts';
import type {TrustProfile} from '../../src/trust/profile/profile.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {authority, day, issue, signer, testNow} from '../support/certificates.ts';
import {codeOf, forge, profileFor, root, verifyText} from '../support/forge-feed.ts';
import {
  counterSignature,
  makeToken,
  type StampOptions,
  stampAuthority,
  stampRoot,
  timeStamping,
} from '../support/time-stamp.ts';

const at = (days: number): Date => new Date(testNow.getTime() + days * day);
/** The signer was valid until yesterday. */
const gone = signer('Gone', {issuer: root, notAfter: at(-1)});
const stamped = (options: StampOptions = {}): string =>
  forge({
    signWith: gone,
    certificates: [gone.der],
    object: (value) => counterSignature(makeToken(value, {genTime: at(-10), ...options})),
  });

const profile: TrustProfile = {
  ...profileFor(root, {expiredSigner: 'timestamp'}),
  timestampAnchors: [{sha256: sha256(stampRoot.der), certificate: parseCertificate(stampRoot.der)}],
};

test('a signer that expired since counts at the time of the stamp, if the profile says so', () => {
  expect(verifyText(stamped(), profile)).toMatchObject({verified: true, signedAt: at(-10)});
  expect(codeOf(stamped(), {...profile, expiredSigner: 'refuse'})).toBe('TRUST.CERTIFICATE_EXPIRED');
});

const otherPurposes = [basicConstraints(false), extendedKeyUsage(timeStamping, '1.3.6.1.5.5.7.3.3')];
const cases: readonly (readonly [string, StampOptions, string])[] = [
  ['made over another signature', {over: Uint8Array.of(1)}, 'TRUST.TIMESTAMP'],
  ['whose time was changed afterwards', {genTime: at(0), swapGenTime: at(-10)}, 'TRUST.TIMESTAMP'],
  ['that names another certificate', {named: stampRoot}, 'TRUST.TIMESTAMP'],
  ['with a broken signature', {breakSignature: true}, 'TRUST.TIMESTAMP'],
  ['of the future', {genTime: at(1)}, 'TRUST.TIMESTAMP'],
  [
    'of an authority that nobody pinned',
    {signer: issue('Other', {issuer: authority('Stamp root')})},
    'TRUST.TIMESTAMP',
  ],
  [
    'of a certificate that is not for time stamps',
    {
      signer: issue('Other', {
        issuer: stampRoot,
        extensions: [basicConstraints(false), extendedKeyUsage('1.3.6.1.5.5.7.3.3')],
      }),
    },
    'TRUST.TIMESTAMP',
  ],
  [
    'of a certificate that serves other purposes too',
    {signer: issue('Other', {issuer: stampRoot, extensions: otherPurposes})},
    'TRUST.TIMESTAMP',
  ],
  [
    'of an authority that had expired by then',
    {
      signer: issue('Other', {
        issuer: stampRoot,
        notAfter: at(-20),
        extensions: [basicConstraints(false), extendedKeyUsage(timeStamping)],
      }),
    },
    'TRUST.TIMESTAMP',
  ],
  ['from after the end of the signer', {genTime: at(-0.5)}, 'TRUST.CERTIFICATE_EXPIRED'],
];
test.each(cases)('a stamp %s does not count', (_name, options, code) => {
  expect(codeOf(stamped(), profile)).toBe('TRUST.VERIFIED');
  expect(codeOf(stamped(options), profile)).toBe(code);
});

test('a stamp from before the signer existed does not count', () => {
  const young = signer('Young', {issuer: root, notBefore: at(-5), notAfter: at(-1)});
  const text = (genTime: Date): string =>
    forge({
      signWith: young,
      certificates: [young.der],
      object: (value) => counterSignature(makeToken(value, {genTime})),
    });
  expect(codeOf(text(at(-2)), profile)).toBe('TRUST.VERIFIED');
  expect(codeOf(text(at(-6)), profile)).toBe('TRUST.CERTIFICATE_EXPIRED');
});

test('a new stamp on an old signature makes nothing fresher', () => {
  const now = {...profile, freshness: {...profile.freshness, maximumAgeDays: 10, tooOld: 'refuse' as const}};
  const old = forge({
    head: 'issued="2026-10-01T00:00:00Z" serial="7" version="1.0.4"',
    object: (value) => counterSignature(makeToken(value, {genTime: at(0)})),
  });
  expect(codeOf(old, profile)).toBe('TRUST.VERIFIED');
  expect(codeOf(old, now)).toBe('TRUST.FEED_TOO_OLD');
});

test('the pinned authority itself must still be valid, whatever it issued', () => {
  const short = authority('Short root', {notAfter: at(10)});
  const own = signer('Own', {issuer: short});
  const text = forge({signWith: own, certificates: [own.der]});
  expect(codeOf(text, profileFor(short))).toBe('TRUST.VERIFIED');
  expect(codeOf(text, profileFor(short), at(11))).toBe('TRUST.CERTIFICATE_EXPIRED');
  expect(stampAuthority.subject).not.toEqual(stampRoot.subject);
});
