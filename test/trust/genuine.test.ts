import {describe, expect, test} from 'vitest';
import {microsoftProfile} from '../../src/trust/profile/microsoft.ts';
import type {TrustProfile} from '../../src/trust/profile/profile.ts';
import {type Verification, verifyFeed} from '../../src/trust/verify-feed.ts';
import {signer} from '../support/certificates.ts';
import {base64, x509} from '../support/forge-feed.ts';
import {fc} from '../support/properties.ts';
import {hasRealFeed, realFeed, realFeedServed} from '../support/real-feed.ts';

const verify = (bytes: Uint8Array, now = realFeedServed, profile: TrustProfile = microsoftProfile): Verification =>
  verifyFeed(bytes, {now, profiles: [profile]});
const changed = (change: (text: string) => string): Uint8Array => {
  const text = Buffer.from(realFeed()).toString();
  const result = change(text);
  expect(result).not.toBe(text);
  return Buffer.from(result);
};
const stamping: TrustProfile = {...microsoftProfile, expiredSigner: 'timestamp'};
const expired = new Date('2023-01-01T00:00:00Z');

describe.skipIf(!hasRealFeed)('the genuine feed', () => {
  test('is verified at the time it was served, and says that nobody knew about revocation', () => {
    const verification = verify(realFeed());
    expect(verification).toMatchObject({
      verified: true,
      feed: {mitigationIds: ['PING1'], version: '1.0.4', dialect: 'microsoft', profile: 'microsoft'},
      revocation: {policy: 'prefer', result: 'unknown'},
      signedAt: new Date('2021-09-15T16:42:08.621Z'),
    });
    expect(verification.verified && verification.feed.signer).toMatch(/^CN=Microsoft Exchange XML Signing, O=/);
    expect(verification.verified && verification.warnings.join()).toContain(
      'Whether a certificate is revoked is not known',
    );
  });

  test('one changed letter of <Value> is refused', () => {
    expect(verify(changed((text) => text.replace('>DoNothing', '>DoNothinG'))).code).toBe('TRUST.SIGNATURE_DIGEST');
  });

  test('KeyInfo swapped for that of a self-signed certificate is refused', () => {
    const own = signer('Microsoft Exchange XML Signing');
    const swapped = changed((text) => text.replace(/<KeyInfo>.*<\/KeyInfo>/s, `<KeyInfo>${x509([own.der])}</KeyInfo>`));
    expect(verify(swapped).code).toBe('TRUST.CHAIN_UNTRUSTED');
  });

  test('is refused once its signer has expired, with the certificate named', () => {
    const verification = verify(realFeed(), expired);
    expect(verification.code).toBe('TRUST.CERTIFICATE_EXPIRED');
    expect(verification.reason).toContain('Microsoft Exchange XML Signing');
  });

  test('is refused before its signer was issued', () => {
    expect(verify(realFeed(), new Date('2021-01-01T00:00:00Z')).code).toBe('TRUST.CERTIFICATE_NOT_YET_VALID');
  });

  test('warns 90 days before the certificate of the signer ends', () => {
    const verification = verify(realFeed(), new Date('2022-04-01T00:00:00Z'));
    expect(verification.verified && verification.warnings.join('\n')).toContain('ends on 2022-06-09T18:44:12.000Z');
  });

  test('is refused under a profile that asks for a purpose which the signer lacks', () => {
    const {signer: rules} = microsoftProfile;
    const stricter = {
      ...microsoftProfile,
      signer: {...rules, extendedKeyUsages: [...rules.extendedKeyUsages, '1.2.3.4']},
    };
    expect(verify(realFeed(), realFeedServed, stricter).code).toBe('TRUST.EKU_MISSING');
    expect(verify(realFeed(), realFeedServed, {...microsoftProfile, signer: {...rules, names: ['Other']}}).code).toBe(
      'TRUST.SIGNER_NAME',
    );
    expect(verify(realFeed(), realFeedServed, {...microsoftProfile, signer: {...rules, issuers: ['Other']}}).code).toBe(
      'TRUST.ISSUER_NAME',
    );
    expect(verify(realFeed(), realFeedServed, {...microsoftProfile, revocation: 'require'}).code).toBe(
      'TRUST.REVOCATION_UNKNOWN',
    );
  });
});

describe.skipIf(!hasRealFeed)('the genuine feed today, when its signer and the authority above it have expired', () => {
  const today = new Date('2026-11-22T00:00:00Z');

  test('is refused by the built-in profile, and the reason names the certificate and the day', () => {
    const {code, reason} = verify(realFeed(), today);
    expect(code).toBe('TRUST.CERTIFICATE_EXPIRED');
    expect(reason).toMatch(/^The certificate "CN=Microsoft .* expired on 20/);
  });

  test('is accepted through its time stamp by a profile that allows that, and the warning says why', () => {
    const verification = verify(realFeed(), today, stamping);
    expect(verification).toMatchObject({
      verified: true,
      signedAt: new Date('2021-09-15T16:42:08.621Z'),
    });
    expect(verification.verified && verification.warnings.join('\n')).toContain(
      'The signer has expired; it counts because the signature was stamped on 2021-09-15T16:42:08.621Z.',
    );
  });
});

describe.skipIf(!hasRealFeed)('its counter-signature', () => {
  test('lets an expired signer count where the profile says so, and the warning says it', () => {
    const verification = verify(realFeed(), expired, stamping);
    expect(verification.verified && verification.warnings.join('\n')).toContain('stamped on 2021-09-15');
  });

  test('does not count without an authority that the profile pins', () => {
    const verification = verify(realFeed(), expired, {...stamping, timestampAnchors: []});
    expect(verification).toMatchObject({verified: false, code: 'TRUST.TIMESTAMP'});
  });

  test('can be taken out without breaking the signature, and then proves nothing', () => {
    const bare = changed((text) => text.replace(/<Object .*<\/Object>/s, ''));
    expect(verify(bare)).toMatchObject({verified: true, signedAt: null});
    expect(verify(bare, expired, stamping).code).toBe('TRUST.TIMESTAMP');
  });

  test('with one changed bit anywhere in its token proves nothing', () => {
    const token = /<CounterSignature [^>]*>([^<]*)</.exec(Buffer.from(realFeed()).toString())?.[1] ?? '';
    const bytes = Buffer.from(token, 'base64');
    fc.assert(
      fc.property(fc.integer({min: 0, max: bytes.length - 1}), fc.integer({min: 0, max: 7}), (at, bit) => {
        const flipped = Uint8Array.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        const verification = verify(
          changed((text) => text.replace(token, base64(flipped))),
          expired,
          stamping,
        );
        // Bytes that no signature covers (the unused attribute certificate, version numbers) may change freely.
        if (verification.verified) expect(verification.signedAt).toEqual(new Date('2021-09-15T16:42:08.621Z'));
        else expect(verification.code).toBe('TRUST.TIMESTAMP');
      }),
      {numRuns: 150},
    );
  });
});

/** Where a byte is covered by the signature: the document element without Signature, and SignedInfo. */
const signedPlaces = (text: string): readonly number[] => {
  const spans = [
    [text.indexOf('<EOCS'), text.indexOf('<Signature ')],
    [text.indexOf('<SignedInfo>'), text.indexOf('</SignedInfo>')],
    [text.indexOf('</EOCS>'), text.indexOf('</EOCS>') + 7],
  ] as const;
  return spans.flatMap(([from, to]) => Array.from({length: to - from}, (_, index) => from + index));
};

test.skipIf(!hasRealFeed)(
  'one flipped bit of any byte that is signed is refused',
  () => {
    const bytes = realFeed();
    const places = signedPlaces(Buffer.from(bytes).toString('latin1'));
    expect(places.length).toBeGreaterThan(800);
    const accepted = places.filter((at) => {
      const mutated = Uint8Array.from(bytes).with(at, (bytes[at] ?? 0) ^ (1 << (at % 7)));
      return verify(mutated).verified;
    });
    expect(accepted).toEqual([]);
  },
  120_000,
);

test.skipIf(!hasRealFeed)(
  'no changed byte of the genuine feed is accepted with other content',
  () => {
    const bytes = realFeed();
    const original = verify(bytes);
    const content = original.verified ? original.feed.xml : '';
    expect(content).toContain('PING1');
    fc.assert(
      fc.property(fc.integer({min: 0, max: bytes.length - 1}), fc.integer({min: 1, max: 255}), (at, difference) => {
        const mutated = Uint8Array.from(bytes);
        mutated[at] = (mutated[at] ?? 0) ^ difference;
        const verification = verify(mutated);
        if (verification.verified) expect(verification.feed.xml).toBe(content);
      }),
      {numRuns: 600},
    );
  },
  120_000,
);
