import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {basicConstraints, keyUsage} from '../../src/publish/certificate.ts';
import {certificatePem, keyPem} from '../../src/publish/pem.ts';
import {signFeed} from '../../src/publish/sign-feed.ts';
import type {TrustProfile} from '../../src/trust/profile/profile.ts';
import {verifyFeed} from '../../src/trust/verify-feed.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {authority, type Issued, type IssueOptions, rsaPair, signer, testNow} from '../support/certificates.ts';
import {makeCrl} from '../support/crls.ts';
import {c14n, config, defaultHead, dsig, enveloped, more, profileFor, xmlenc} from '../support/forge-feed.ts';

/*
 * A second implementation that shares no line with ours: what xmlsec1 (libxml2, OpenSSL) signs is accepted here, and what is
 * signed here xmlsec1 verifies, chain included.
 */

const hasXmlsec1 = spawnSync('xmlsec1', ['--version']).error === undefined;
if (!hasXmlsec1) console.warn('skipped: xmlsec1 is not installed (Debian: apt-get install xmlsec1)');

const folder = mkdtempSync(join(tmpdir(), 'stopgap-xmlsec1-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const keep = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const head = '<?xml version="1.0" encoding="utf-8"?>\n';
const content = `\n  ${config('M1')}\n  ${config('M2', 'x &amp; y')}\n`;
const template = (method: string): string =>
  `${head}<EOCS ${defaultHead}>${content}<Signature xmlns="${dsig}"><SignedInfo><CanonicalizationMethod Algorithm="${c14n}"/><SignatureMethod Algorithm="${more}${method}"/><Reference URI=""><Transforms><Transform Algorithm="${enveloped}"/><Transform Algorithm="${c14n}"/></Transforms><DigestMethod Algorithm="${xmlenc}sha256"/><DigestValue/></Reference></SignedInfo><SignatureValue/><KeyInfo><X509Data/></KeyInfo></Signature></EOCS>`;

interface Chain {
  readonly root: Issued;
  readonly authorities: readonly Issued[];
  readonly leaf: Issued;
}

const root = authority('Second opinion root');
const chainOf = (leaf: IssueOptions = {}, middle: IssueOptions = {}): Chain => {
  const intermediate = authority('Second opinion authority', {issuer: root, ...middle});
  return {root, authorities: [intermediate], leaf: signer('Second opinion signer', {issuer: intermediate, ...leaf})};
};

/** A feed as xmlsec1 signs it, with the whole chain in KeyInfo. */
const signedByXmlsec1 = ({leaf, authorities}: Chain, method = 'ecdsa-sha256'): Uint8Array => {
  const unsigned = keep('template.xml', template(method));
  const certificates = [leaf, ...authorities].map(({der}, index) => keep(`${index}.pem`, certificatePem(der)));
  const key = [keep('key.pem', keyPem(leaf.key)), ...certificates].join(',');
  return execFileSync('xmlsec1', ['--sign', '--privkey-pem', key, unsigned]);
};

const codeOf = (chain: Chain, profile: TrustProfile = profileFor(root), crls: readonly Uint8Array[] = []): string =>
  verifyFeed(signedByXmlsec1(chain), {now: testNow, profiles: [profile], crls}).code;

describe.skipIf(!hasXmlsec1)('what xmlsec1 signs through an authority below the root', () => {
  test.each([
    ['RSA with SHA-384', 'rsa-sha384', {pair: rsaPair()}],
    ['ECDSA on P-256', 'ecdsa-sha256', {}],
  ])('%s is accepted', (_name, method, leaf) => {
    const bytes = signedByXmlsec1(chainOf(leaf), method);
    const verification = verifyFeed(bytes, {now: testNow, profiles: [profileFor(root)]});
    expect(verification).toMatchObject({code: 'TRUST.VERIFIED', feed: {mitigationIds: ['M1', 'M2'], serial: 7}});
    const altered = Buffer.from(Buffer.from(bytes).toString().replace('x &amp; y', 'x &amp; z'));
    expect(verifyFeed(altered, {now: testNow, profiles: [profileFor(root)]}).code).toBe('TRUST.SIGNATURE_DIGEST');
  });

  test('is refused when the signer lacks the purpose', () => {
    expect(codeOf(chainOf())).toBe('TRUST.VERIFIED');
    expect(codeOf(chainOf({extensions: [basicConstraints(false), keyUsage(0)]}))).toBe('TRUST.EKU_MISSING');
  });

  test('is refused when the signer was revoked', () => {
    const chain = chainOf();
    const [middle = root] = chain.authorities;
    const {serial} = parseCertificate(chain.leaf.der);
    const profile = profileFor(root, {revocation: 'require'});
    expect(codeOf(chain, profile, [makeCrl(root), makeCrl(middle)])).toBe('TRUST.VERIFIED');
    expect(codeOf(chain, profile, [makeCrl(root), makeCrl(middle, {revoked: [{serial}]})])).toBe('TRUST.REVOKED');
  });

  test('is refused when the authority between has expired', () => {
    expect(codeOf(chainOf({}, {notAfter: new Date('2026-11-01T00:00:00Z')}))).toBe('TRUST.CERTIFICATE_EXPIRED');
  });

  test('is refused when the path is longer than its root allows', () => {
    const short = authority('Short root', {extensions: [basicConstraints(true, 0), keyUsage(5, 6)]});
    const top = authority('Top authority', {issuer: root, extensions: [basicConstraints(true, 0), keyUsage(5, 6)]});
    const below = authority('Authority below', {issuer: top});
    const leaf = signer('Second opinion signer', {issuer: below});
    expect(codeOf({root, authorities: [below, top], leaf})).toBe('TRUST.PATH_LENGTH');
    expect(codeOf({root: short, authorities: [], leaf: signer('Direct', {issuer: short})}, profileFor(short))).toBe(
      'TRUST.VERIFIED',
    );
  });
});

describe.skipIf(!hasXmlsec1)('what is signed here', () => {
  const verifiedByXmlsec1 = (signed: string): boolean => {
    const anchor = keep('root.pem', certificatePem(root.der));
    const at = testNow.toISOString().slice(0, 19).replace('T', ' ');
    const args = ['--verify', '--trusted-pem', anchor, '--verification-time', at, keep('signed.xml', signed)];
    return spawnSync('xmlsec1', args).status === 0;
  };

  test.each([
    ['RSA', {pair: rsaPair()}],
    ['ECDSA on P-256', {}],
  ])('with %s is verified by xmlsec1, and refused once it is changed', (_name, options) => {
    const {leaf, authorities} = chainOf(options);
    const certificateChainPem = [leaf, ...authorities, root].map(({der}) => certificatePem(der)).join('');
    const unsigned = `${head}<EOCS ${defaultHead}>${content}</EOCS>`;
    const signed = signFeed(unsigned, {keyPem: keyPem(leaf.key), certificateChainPem});
    expect(verifiedByXmlsec1(signed)).toBe(true);
    expect(verifiedByXmlsec1(signed.replace('x &amp; y', 'x &amp; z'))).toBe(false);
  });
});
