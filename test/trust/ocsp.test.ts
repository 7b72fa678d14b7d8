import {describe, expect, test} from 'vitest';
import {
  basicConstraints,
  type CertificateExtension,
  extendedKeyUsage,
  keyUsage,
} from '../../src/publish/certificate.ts';
import {verifyFeed} from '../../src/trust/verify-feed.ts';
import {authority, day, type Issued, issue, signer, testNow} from '../support/certificates.ts';
import {makeCrl} from '../support/crls.ts';
import {forge, profileFor} from '../support/forge-feed.ts';
import {makeOcspResponse, type OcspOptions} from '../support/ocsp.ts';

const root = authority('Root');
const ca = authority('CA', {issuer: root, serial: '11'});
const leaf = signer('Leaf', {issuer: ca, serial: '22'});
const stranger = authority('CA');
const text = Buffer.from(forge({signWith: leaf, certificates: [leaf.der, ca.der, root.der]}));
const listOfRoot = makeCrl(root);

const code = (ocspResponses: readonly Uint8Array[], crls: readonly Uint8Array[] = [listOfRoot]): string =>
  verifyFeed(text, {now: testNow, profiles: [profileFor(root, {revocation: 'require'})], crls, ocspResponses}).code;

const noCheck: CertificateExtension = {oid: '1.3.6.1.5.5.7.48.1.5', critical: false, value: Uint8Array.of(5, 0)};
const delegateExtensions = [basicConstraints(false), keyUsage(0), extendedKeyUsage('1.3.6.1.5.5.7.3.9'), noCheck];
const delegate = (extensions: readonly CertificateExtension[] = delegateExtensions, issuer: Issued = ca): Issued =>
  issue('Responder', {issuer, extensions});

const unknown = 'TRUST.REVOCATION_UNKNOWN';
const by = (responder: Issued): Partial<OcspOptions> => ({responder, certificates: [responder]});
const at = (days: number): Date => new Date(testNow.getTime() + days * day);

const cases: readonly (readonly [string, Partial<OcspOptions>, string])[] = [
  ['good, by the authority itself', {}, 'TRUST.VERIFIED'],
  ['good, named by SHA-256', {hash: 'sha256'}, 'TRUST.VERIFIED'],
  ['good, by an authority named by its key', {byKey: true}, 'TRUST.VERIFIED'],
  ['good, by a delegate', by(delegate()), 'TRUST.VERIFIED'],
  ['good, by a delegate named by its key', {...by(delegate()), byKey: true}, 'TRUST.VERIFIED'],
  ['revoked', {status: 'revoked'}, 'TRUST.REVOKED'],
  ['revoked, by a delegate', {...by(delegate()), status: 'revoked'}, 'TRUST.REVOKED'],
  ['unknown', {status: 'unknown'}, unknown],
  ['about another certificate', {serial: '23'}, unknown],
  ['out of date', {nextUpdate: at(-1)}, unknown],
  ['without an end', {nextUpdate: null}, unknown],
  ['from the future', {thisUpdate: at(0.5)}, unknown],
  ['by a stranger of the same name', {responder: stranger}, unknown],
  ['by a delegate whose certificate is missing', {responder: delegate()}, unknown],
  ['by a delegate of a stranger', by(delegate(delegateExtensions, stranger)), unknown],
  ['by a delegate of the authority above', by(delegate(delegateExtensions, root)), unknown],
  [
    'by a certificate of the authority that has another purpose',
    by(delegate([basicConstraints(false), extendedKeyUsage('1.3.6.1.5.5.7.3.3'), noCheck])),
    unknown,
  ],
  ['by a delegate who could be revoked himself', by(delegate(delegateExtensions.slice(0, 3))), unknown],
  [
    'by a delegate that has expired',
    by(issue('Responder', {issuer: ca, extensions: delegateExtensions, notAfter: at(-30)})),
    unknown,
  ],
  ['with a critical extension', {extensions: [{oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0)}]}, unknown],
];

test.each(cases)('a response that says %s', (_name, options, verdict) => {
  expect(code([])).toBe(unknown);
  expect(code([makeOcspResponse(ca, {serial: '22', ...options})])).toBe(verdict);
});

test('a response about another authority of that name says nothing, whoever signed it', () => {
  expect(code([makeOcspResponse(stranger, {serial: '22', responder: ca})])).toBe(unknown);
  expect(code([makeOcspResponse({...ca, subject: root.subject}, {serial: '22', responder: ca})])).toBe(unknown);
});

describe('a response', () => {
  const good = makeOcspResponse(ca, {serial: '22'});

  test('with any byte changed proves nothing', () => {
    for (let index = 0; index < good.length; index += 5) {
      const changed = Uint8Array.from(good);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect([unknown, index]).toEqual([code([changed]), index]);
    }
  });

  test('that says "good" does not outweigh a list that says "revoked", nor the other way round', () => {
    const revokedList = makeCrl(ca, {revoked: [{serial: '22'}]});
    expect(code([good], [listOfRoot, revokedList])).toBe('TRUST.REVOKED');
    expect(code([good, makeOcspResponse(ca, {serial: '22', status: 'revoked'})])).toBe('TRUST.REVOKED');
    expect(code([makeOcspResponse(ca, {serial: '22', status: 'revoked'})], [listOfRoot, makeCrl(ca)])).toBe(
      'TRUST.REVOKED',
    );
  });
});
