import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {readCatalogueFile} from '../../src/mitigation/catalogue.ts';
import {mitigationsFromFeed} from '../../src/mitigation/from-feed.ts';
import type {Mitigation} from '../../src/mitigation/model.ts';
import {buildFeed, type FeedHead} from '../../src/publish/build-feed.ts';
import {certificatePem, keyPem} from '../../src/publish/pem.ts';
import {signFeed} from '../../src/publish/sign-feed.ts';
import {makeTestAuthority} from '../../src/publish/test-ca.ts';
import {microsoftProfile} from '../../src/trust/profile/microsoft.ts';
import {readTrustProfile} from '../../src/trust/profile/read-profile.ts';
import {verifyFeed} from '../../src/trust/verify-feed.ts';
import {authority, ecPair, rsaPair, signer, testNow} from '../support/certificates.ts';
import {profileFor} from '../support/forge-feed.ts';

const catalogue: readonly Mitigation[] = readdirSync('plans')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readCatalogueFile({file, text: readFileSync(join('plans', file), 'utf8')}));
const head: FeedHead = {version: '1.0.4', serial: 12, issued: testNow, expires: new Date('2027-05-21T08:00:00Z')};
const trial = makeTestAuthority({now: testNow, days: 30, name: 'trial'});
const trialSigner = {keyPem: trial['signer.key.pem'], certificateChainPem: trial['signer.pem']};
const trialProfile = readTrustProfile({file: 'profile.yaml', text: trial['profile.yaml'], pemFiles: {...trial}});

/** Attributes mean the same in any order, and the canonical form sorts them. */
const meaning = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(meaning);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'attributes' ? Object.fromEntries(each) : meaning(each)]),
  );
};

test('the whole catalogue built, signed and verified is the catalogue again', () => {
  expect(catalogue.length).toBeGreaterThan(5);
  const signed = signFeed(buildFeed(catalogue, head), trialSigner);
  const verification = verifyFeed(Buffer.from(signed), {now: testNow, profiles: [trialProfile]});
  if (!verification.verified) throw new Error(verification.reason);
  expect(verification.feed).toMatchObject({serial: 12, version: '1.0.4', profile: 'trial', dialect: 'stopgap'});
  expect(meaning(mitigationsFromFeed(verification.feed))).toEqual(meaning(catalogue));
});

test('a feed is refused under any profile but that of its publisher', () => {
  const signed = Buffer.from(signFeed(buildFeed(catalogue, head), trialSigner));
  const other = makeTestAuthority({now: testNow, days: 30, name: 'trial'});
  const otherProfile = readTrustProfile({file: 'p.yaml', text: other['profile.yaml'], pemFiles: {...other}});
  expect(verifyFeed(signed, {now: testNow, profiles: [otherProfile]}).code).toBe('TRUST.CERTIFICATE_SIGNATURE');
  expect(verifyFeed(signed, {now: testNow, profiles: [microsoftProfile]}).code).toBe('TRUST.CHAIN_UNTRUSTED');
});

test('the same catalogue gives the same bytes, in the shape of the genuine feed', () => {
  const xml = buildFeed(catalogue, head);
  expect(buildFeed(catalogue, head)).toBe(xml);
  expect(xml).toMatch(
    /^<\?xml version="1.0" encoding="utf-8"\?>\n<EOCS version="1.0.4" serial="12" issued="2026-11-22T00:00:00Z" expires="2027-05-21T08:00:00Z">\n {2}<Config id="/,
  );
});

describe('text of all kinds', () => {
  const [heartbeat] = catalogue.filter(({id}) => id === 'PING1');
  test.each(['a & b < c > d "e" \'f\'', 'line\nbreak\tand\rmore', '\u{1F600} ü ]]>', '<script>&amp;</script>'])(
    '%j survives',
    (text) => {
      if (!heartbeat) throw new Error('PING1 is missing');
      const notes = {...heartbeat.notes, sideEffects: ['plain', text.trim()]};
      const mitigation = {...heartbeat, description: text.replace(/\s+/g, ' '), notes};
      const signed = signFeed(buildFeed([mitigation], head), trialSigner);
      const verification = verifyFeed(Buffer.from(signed), {now: testNow, profiles: [trialProfile]});
      if (!verification.verified) throw new Error(verification.reason);
      expect(verification.feed.xml).toContain('<SideEffect>plain</SideEffect>');
      expect(mitigationsFromFeed(verification.feed)[0]?.description).toBe(mitigation.description);
    },
  );
});

test('line ends that a parser would change are written as references', () => {
  const [any] = catalogue;
  if (!any) throw new Error('the catalogue is empty');
  const xml = buildFeed([{...any, description: 'a\nb\tc\rd', notes: {...any.notes, sideEffects: ['e\rf\ng']}}], head);
  expect(xml).toContain('desc="a&#xA;b&#x9;c&#xD;d"');
  expect(xml).toContain('<SideEffect>e&#xD;f\ng</SideEffect>');
});

const root = authority('Root');
const keys = [
  ['RSA', rsaPair(), 'rsa-sha256'],
  ['P-256', ecPair(), 'ecdsa-sha256'],
  ['P-384', ecPair('P-384'), 'ecdsa-sha384'],
  ['P-521', ecPair('P-521'), 'ecdsa-sha512'],
] as const;
test.each(keys)('a key of the kind %s signs with an algorithm of its strength', (_name, pair, algorithm) => {
  const own = signer('Signer', {issuer: root, pair});
  const signed = signFeed(buildFeed(catalogue, head), {
    keyPem: keyPem(own.key),
    certificateChainPem: certificatePem(own.der),
  });
  expect(signed).toContain(`xmldsig-more#${algorithm}"`);
  expect(verifyFeed(Buffer.from(signed), {now: testNow, profiles: [profileFor(root)]}).code).toBe('TRUST.VERIFIED');
});

describe('is refused', () => {
  const unsigned = buildFeed(catalogue, head);
  const refused = expect.objectContaining({code: 'PUBLISH.SIGNER'});
  test('a key that does not belong to the certificate', () => {
    const other = keyPem(ecPair().privateKey);
    expect(() => signFeed(unsigned, {...trialSigner, keyPem: other})).toThrow(refused);
  });

  test('a key or a chain that cannot be read, and a key of another kind', () => {
    expect(() => signFeed(unsigned, {...trialSigner, keyPem: 'x'})).toThrow(refused);
    expect(() => signFeed(unsigned, {...trialSigner, certificateChainPem: ''})).toThrow(refused);
    const odd = signer('Signer', {issuer: root, pair: ecPair('secp256k1')});
    expect(() => signFeed(unsigned, {keyPem: keyPem(odd.key), certificateChainPem: certificatePem(odd.der)})).toThrow(
      refused,
    );
  });

  test('a feed that is signed already', () => {
    expect(() => signFeed(signFeed(unsigned, trialSigner), trialSigner)).toThrow(refused);
  });

  test('a serial, a version or a time that no reader accepts, and an id that stands twice', () => {
    const bad = expect.objectContaining({code: 'PUBLISH.FEED'});
    expect(() => buildFeed(catalogue, {...head, serial: -1})).toThrow(bad);
    expect(() => buildFeed(catalogue, {...head, serial: 1.5})).toThrow(bad);
    expect(() => buildFeed(catalogue, {...head, version: '1'})).toThrow(bad);
    expect(() => buildFeed(catalogue, {...head, expires: head.issued})).toThrow(bad);
    expect(() => buildFeed([...catalogue, ...catalogue.slice(0, 1)], head)).toThrow(bad);
  });
});
