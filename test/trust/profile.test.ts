import {describe, expect, test} from 'vitest';
import {sha256} from '../../src/kit/hash.ts';
import {makeTestAuthority} from '../../src/publish/test-ca.ts';
import {microsoftProfile} from '../../src/trust/profile/microsoft.ts';
import type {TrustProfile} from '../../src/trust/profile/profile.ts';
import {readTrustProfile} from '../../src/trust/profile/read-profile.ts';
import {verifyFeed} from '../../src/trust/verify-feed.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {authority, day, signer, testNow} from '../support/certificates.ts';
import {forge, intermediate, leaf, profileFor, root, verifyText} from '../support/forge-feed.ts';

const files = {...makeTestAuthority({now: testNow, days: 30, name: 'trial'})};
const read = (text: string, pemFiles: Readonly<Record<string, string>> = files) =>
  readTrustProfile({file: 'profile.yaml', text, pemFiles});

test("Microsoft's profile pins root and time-stamp authority by fingerprint and refuses expired signers", () => {
  expect(microsoftProfile).toMatchObject({dialect: 'microsoft', revocation: 'prefer', expiredSigner: 'refuse'});
  expect(microsoftProfile.anchors).toEqual([
    {sha256: '847df6a78497943f27fc72eb93f9a637320a02b561d0a91b09e87a7807ed7c61', certificate: undefined},
  ]);
});

test("Microsoft's profile, which is written out in full, is what the schema makes of a file that says the same", () => {
  const {anchors, timestampAnchors, ...rest} = microsoftProfile;
  const pins = (list: TrustProfile['anchors']) => list.map(({sha256: pin}) => ({sha256: pin}));
  const text = JSON.stringify({...rest, anchors: pins(anchors), timestampAnchors: pins(timestampAnchors)});
  expect(read(text)).toEqual(microsoftProfile);
  const {expired, sameVersion, sameAnswerDays} = rest.freshness;
  const said = {...rest, freshness: {expired, sameVersion, sameAnswerDays}, anchors: pins(anchors)};
  expect(read(JSON.stringify(said)).freshness).toEqual(microsoftProfile.freshness);
});

describe('a profile file', () => {
  test('names PEM files beside it', () => {
    const profile = read(files['profile.yaml']);
    expect(profile.anchors[0]?.certificate?.subject.text).toBe('CN=stopgap trial authority, O=For trials only');
  });

  test('may pin by SHA-256 with colons and capitals, as openssl prints it', () => {
    const pin = (sha256(root.der).toUpperCase().match(/../g) ?? []).join(':');
    expect(read(files['profile.yaml'].replace('file: ca.pem', `sha256: ${pin}`)).anchors[0]?.sha256).toBe(
      sha256(root.der),
    );
  });

  const faults: readonly (readonly [string, (text: string) => string, string])[] = [
    ['a PEM file that is not there', (text) => text.replace('ca.pem', 'other.pem'), 'TRUST_PROFILE.ANCHOR'],
    ['a file outside of its folder', (text) => text.replace('ca.pem', '../ca.pem'), 'TRUST_PROFILE.INVALID'],
    ['an unknown key', (text) => `${text}trustEverybody: true\n`, 'TRUST_PROFILE.INVALID'],
    ['no anchor', (text) => text.replace(/anchors:\n.*\n/, 'anchors: []\n'), 'TRUST_PROFILE.INVALID'],
    ['no purpose of the signer', (text) => text.replace(/\[1\.3.*\]/, '[]'), 'TRUST_PROFILE.INVALID'],
    ['a half fingerprint', (text) => text.replace('file: ca.pem', 'sha256: abcd'), 'TRUST_PROFILE.INVALID'],
    ['a misspelt policy', (text) => text.replace('revocation: off', 'revocation: never'), 'TRUST_PROFILE.INVALID'],
  ];
  test.each(faults)('with %s is refused', (_name, change, code) => {
    expect(() => read(change(files['profile.yaml']))).toThrow(expect.objectContaining({code}));
  });

  test('a PEM file without a certificate is refused', () => {
    expect(() => read(files['profile.yaml'], {'ca.pem': 'nothing'})).toThrow(
      expect.objectContaining({code: 'TRUST_PROFILE.ANCHOR'}),
    );
  });
});

describe('several profiles', () => {
  const next = authority('Next root');
  const nextLeaf = signer('Trial signer', {issuer: next});
  const under = forge({signWith: nextLeaf, certificates: [nextLeaf.der]});
  const old = {...profileFor(root), name: 'old', until: new Date('2026-12-01T00:00:00Z')};
  const young = {...profileFor(next), name: 'young', from: new Date('2026-11-01T00:00:00Z')};

  test('overlap, so that an anchor is rotated without a gap', () => {
    const options = {now: testNow, profiles: [old, young]};
    expect(verifyFeed(Buffer.from(forge()), options)).toMatchObject({verified: true, feed: {profile: 'old'}});
    expect(verifyFeed(Buffer.from(under), options)).toMatchObject({verified: true, feed: {profile: 'young'}});
  });

  test('bridge the end of one another: blind is who has none left', () => {
    const short = {...profileFor(root), until: new Date(testNow.getTime() + 10 * day)};
    const long = {...profileFor(root), name: 'long', until: new Date(testNow.getTime() + 200 * day)};
    const blind = (profiles: readonly TrustProfile[]): unknown => {
      const verification = verifyFeed(Buffer.from(forge()), {now: testNow, profiles});
      return verification.verified && [verification.blindFrom?.at, /goes blind/.test(verification.warnings.join())];
    };
    expect(blind([short])).toEqual([short.until, true]);
    expect(blind([short, long])).toEqual([long.until, false]);
    expect(blind([profileFor(root)])).toEqual([parseCertificate(leaf.der).notAfter, false]);
  });

  test('count only while they are in force', () => {
    expect(verifyText(under, young, new Date('2026-10-31T00:00:00Z')).code).toBe('TRUST.PROFILE_NOT_IN_FORCE');
    expect(verifyText(forge(), old, new Date('2026-12-02T00:00:00Z')).code).toBe('TRUST.PROFILE_NOT_IN_FORCE');
  });

  test('that refuse give the reason of the one that came furthest', () => {
    const strict = profileFor(root, {signer: {names: ['Somebody else']}});
    const verification = verifyFeed(Buffer.from(forge()), {now: testNow, profiles: [young, strict, young]});
    expect(verification.code).toBe('TRUST.SIGNER_NAME');
    expect(verifyFeed(Buffer.from(forge()), {now: testNow, profiles: []}).code).toBe('TRUST.NO_PROFILE');
  });

  test('warn 90 days before they end, and not earlier', () => {
    const warned = (until: number): string => {
      const verification = verifyText(forge(), {...profileFor(root), until: new Date(testNow.getTime() + until * day)});
      return verification.verified ? verification.warnings.join('\n') : verification.code;
    };
    expect(warned(89)).toContain('The trust profile "trial" ends on');
    expect(warned(91)).not.toContain('ends on');
  });
});

test('a certificate on the block list does not count, wherever it stands in the chain', () => {
  for (const {der} of [leaf, intermediate, root]) {
    expect(verifyText(forge(), profileFor(root, {signer: {blocked: [sha256(der)]}})).code).toBe(
      'TRUST.BLOCKED_CERTIFICATE',
    );
  }
});
