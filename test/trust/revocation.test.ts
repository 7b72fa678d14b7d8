import {describe, expect, test} from 'vitest';
import {basicConstraints, keyUsage} from '../../src/publish/certificate.ts';
import type {TrustProfile} from '../../src/trust/profile/profile.ts';
import {revocationSources} from '../../src/trust/revocation-sources.ts';
import {type Verification, verifyFeed} from '../../src/trust/verify-feed.ts';
import {authority, day, signer, signerExtensions, testNow} from '../support/certificates.ts';
import {crlNumber, deltaIndicator, listedAt, makeCrl, scopeFlag} from '../support/crls.ts';
import {forge, profileFor} from '../support/forge-feed.ts';

const root = authority('Root');
const ca = authority('CA', {issuer: root, serial: '11'});
const leaf = signer('Leaf', {issuer: ca, serial: '22'});
const stranger = authority('CA');
const text = Buffer.from(forge({signWith: leaf, certificates: [leaf.der, ca.der, root.der]}));

const verify = (revocation: TrustProfile['revocation'], crls: readonly Uint8Array[], now = testNow): Verification =>
  verifyFeed(text, {now, profiles: [profileFor(root, {revocation})], crls});
const required = (...crls: readonly Uint8Array[]): string => verify('require', crls).code;

const ofRoot = makeCrl(root);
const ofCa = makeCrl(ca);
const revokedLeaf = makeCrl(ca, {revoked: [{serial: '22', reason: 1}]});
const at = (days: number): Date => new Date(testNow.getTime() + days * day);
const unknown = 'TRUST.REVOCATION_UNKNOWN';

test('with a current list of each authority nobody is revoked, and the answer says which lists said so', () => {
  const verification = verify('require', [ofRoot, ofCa]);
  expect(verification).toMatchObject({verified: true, revocation: {policy: 'require', result: 'good'}});
  expect(verification.verified && verification.revocation.words).toContain('CRL of CN=CA, 2026-11-21');
});

describe('policy', () => {
  test('require refuses without an answer, prefer warns, off does not ask', () => {
    expect(verify('require', [ofRoot]).code).toBe(unknown);
    expect(verify('prefer', [ofRoot])).toMatchObject({verified: true, revocation: {result: 'unknown'}});
    expect(verify('off', [ofRoot, revokedLeaf])).toMatchObject({verified: true, revocation: {result: 'not-asked'}});
  });

  test('prefer and require refuse what is revoked', () => {
    expect(verify('prefer', [ofRoot, revokedLeaf]).code).toBe('TRUST.REVOKED');
    expect(verify('prefer', [revokedLeaf]).code).toBe('TRUST.REVOKED');
    expect(verify('require', [ofRoot, revokedLeaf])).toMatchObject({
      code: 'TRUST.REVOKED',
      reason: expect.stringContaining('key compromise'),
    });
  });

  test('a revoked authority is enough', () => {
    expect(required(makeCrl(root, {revoked: [{serial: '11'}]}), ofCa)).toBe('TRUST.REVOKED');
  });
});

const lists: readonly (readonly [name: string, list: () => Uint8Array, verdict: string])[] = [
  ['another serial number', () => makeCrl(ca, {revoked: [{serial: '23'}]}), 'TRUST.VERIFIED'],
  ['on hold', () => makeCrl(ca, {revoked: [{serial: '22', reason: 6}]}), 'TRUST.REVOKED'],
  ['an older list than the time', () => makeCrl(ca, {nextUpdate: at(-1 / 24)}), unknown],
  ['a list from the future', () => makeCrl(ca, {thisUpdate: at(1 / 24)}), unknown],
  ['five minutes of a wrong clock', () => makeCrl(ca, {thisUpdate: at(4 / 1440)}), 'TRUST.VERIFIED'],
  ['no next update', () => makeCrl(ca, {nextUpdate: null}), unknown],
  ['the signature of a stranger', () => makeCrl(ca, {signedBy: stranger}), unknown],
  ['the list of another authority of that name', () => makeCrl(stranger), unknown],
  [
    'an unknown critical extension',
    () => makeCrl(ca, {extensions: [{oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0)}]}),
    unknown,
  ],
  ['a delta as a whole list', () => makeCrl(ca, {extensions: [crlNumber(2), deltaIndicator(1)]}), unknown],
  ['authorities only', () => makeCrl(ca, {extensions: [scopeFlag(2)]}), unknown],
  ['users only', () => makeCrl(ca, {extensions: [scopeFlag(1)]}), 'TRUST.VERIFIED'],
  ['bytes behind its end', () => Uint8Array.of(...ofCa, 0), unknown],
  ['garbage', () => Uint8Array.of(1, 2, 3), unknown],
];
test.each(lists)('a list with %s', (_name, list, verdict) => {
  expect(required(ofRoot, ofCa)).toBe('TRUST.VERIFIED');
  expect(required(ofRoot, list())).toBe(verdict);
});

describe('a delta list', () => {
  const base = makeCrl(ca, {extensions: [crlNumber(4)]});
  test('adds what its base does not know yet', () => {
    const delta = makeCrl(ca, {extensions: [crlNumber(5), deltaIndicator(4)], revoked: [{serial: '22'}]});
    expect(required(ofRoot, base)).toBe('TRUST.VERIFIED');
    expect(required(ofRoot, base, delta)).toBe('TRUST.REVOKED');
  });

  test('takes a hold back', () => {
    const held = makeCrl(ca, {extensions: [crlNumber(4)], revoked: [{serial: '22', reason: 6}]});
    const delta = makeCrl(ca, {extensions: [crlNumber(5), deltaIndicator(4)], revoked: [{serial: '22', reason: 8}]});
    expect(required(ofRoot, held)).toBe('TRUST.REVOKED');
    expect(required(ofRoot, held, delta)).toBe('TRUST.VERIFIED');
  });

  test('of another scope than the base says nothing', () => {
    const held = makeCrl(ca, {extensions: [crlNumber(4)], revoked: [{serial: '22', reason: 6}]});
    const extensions = [crlNumber(5), deltaIndicator(4), scopeFlag(1)];
    const delta = makeCrl(ca, {extensions, revoked: [{serial: '22', reason: 8}]});
    expect(required(ofRoot, held, delta)).toBe('TRUST.REVOKED');
  });

  test('that starts from a later base says nothing', () => {
    const held = makeCrl(ca, {extensions: [crlNumber(4)], revoked: [{serial: '22', reason: 6}]});
    const delta = makeCrl(ca, {extensions: [crlNumber(6), deltaIndicator(5)], revoked: [{serial: '22', reason: 8}]});
    expect(required(ofRoot, held, delta)).toBe('TRUST.REVOKED');
  });
});

test('of two current lists the one that says "revoked" is believed: an old one cannot hide a new one', () => {
  expect(required(ofRoot, ofCa, revokedLeaf)).toBe('TRUST.REVOKED');
  expect(required(ofRoot, revokedLeaf, ofCa)).toBe('TRUST.REVOKED');
});

test('an authority whose key may not sign lists says nothing', () => {
  const mute = authority('CA', {issuer: root, extensions: [basicConstraints(true), keyUsage(5)]});
  const own = signer('Leaf', {issuer: mute});
  const bytes = Buffer.from(forge({signWith: own, certificates: [own.der, mute.der, root.der]}));
  const options = {now: testNow, profiles: [profileFor(root, {revocation: 'require'})]};
  expect(verifyFeed(bytes, {...options, crls: [ofRoot, makeCrl(mute)]}).code).toBe(unknown);
});

describe('the addresses of lists', () => {
  const nobody = {crlUrls: [], authorities: [], ocsp: []};
  const listed = signer('Leaf', {
    issuer: ca,
    extensions: [...signerExtensions, listedAt('http://lists.example/ca.crl')],
  });
  const bytes = Buffer.from(forge({signWith: listed, certificates: [listed.der, ca.der, root.der]}));

  test('come from a chain that is trusted', () => {
    const profiles = [profileFor(root, {revocation: 'require'})];
    expect(revocationSources(bytes, {now: testNow, profiles})).toEqual({
      crlUrls: ['http://lists.example/ca.crl'],
      authorities: [root.der, ca.der],
      ocsp: [],
    });
  });

  test('never from a stranger, nor where nobody asks', () => {
    expect(revocationSources(bytes, {now: testNow, profiles: [profileFor(stranger, {revocation: 'require'})]})).toEqual(
      nobody,
    );
    expect(revocationSources(bytes, {now: testNow, profiles: [profileFor(root, {revocation: 'off'})]})).toEqual(nobody);
    expect(revocationSources(Buffer.from('<x/>'), {now: testNow, profiles: [profileFor(root)]})).toEqual(nobody);
  });
});
