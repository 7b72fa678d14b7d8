import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {
  base64,
  c14n,
  codeOf,
  config,
  defaultHead,
  enveloped,
  forge,
  transform,
  verifyText,
  xmlenc,
} from '../../support/forge-feed.ts';
import {signedAs, testAttacks} from './attack.ts';

/* What is digested, what is not, and what a reader of the signed bytes may make of it. */

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const referenceTo = (digest: string, uri = ''): string =>
  `<Reference URI="${uri}"><Transforms>${transform(enveloped)}${transform(c14n)}</Transforms><DigestMethod Algorithm="${xmlenc}sha256"></DigestMethod><DigestValue>${digest}</DigestValue></Reference>`;

testAttacks('void canonicalization (CVE-2025-66567, CVE-2025-66568)', [
  {
    name: 'the digest of an empty canonical form',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: signedAs({references: () => referenceTo(createHash('sha256').digest('base64'))}),
  },
  {
    name: 'the digest of another document by the same signer',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) =>
      forge({content: config('M9')}).replace(/<EOCS.*(?=<Signature )/s, /<EOCS.*(?=<Signature )/s.exec(xml)?.[0] ?? ''),
  },
]);

testAttacks('exclusive canonicalization leaves unused namespaces unsigned', [
  {
    name: 'a list of namespaces for the exclusive form',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: signedAs({
      transforms: `${transform(enveloped)}<Transform Algorithm="${exclusive}"><InclusiveNamespaces xmlns="${exclusive}" PrefixList="x"></InclusiveNamespaces></Transform>`,
    }),
  },
]);

test('what the exclusive form leaves unsigned is not handed on either', () => {
  const genuine = forge({transforms: transform(enveloped) + transform(exclusive)});
  expect(codeOf(genuine)).toBe('TRUST.VERIFIED');
  const verification = verifyText(genuine.replace('<Config ', '<Config xmlns:evil="urn:evil" '));
  expect(verification.verified && verification.feed.xml).toBe(`<EOCS ${defaultHead}>${config('M1')}</EOCS>`);
});

test('a comment in a value (CVE-2017-11427) does not cut it for a careless reader: it stays whole', () => {
  const verification = verifyText(
    forge({content: config('M1', 'DoNothing')}).replace('>DoNothing', '>Do<!-- x -->Nothing'),
  );
  expect(verification.verified && verification.feed.xml).toContain('<Value>DoNothing</Value>');
});

test('a canonical form of the digest in other characters is not taken for it', () => {
  const digest = /<DigestValue>([^<]*)/.exec(forge())?.[1] ?? '';
  expect(Buffer.from(digest, 'base64')).toHaveLength(32);
  expect(codeOf(forge({references: (own) => referenceTo(own)}))).toBe('TRUST.VERIFIED');
  expect(codeOf(forge({references: () => referenceTo(base64(Buffer.from(digest)))}))).toBe('TRUST.SIGNATURE_DIGEST');
  expect(codeOf(forge({references: (own) => referenceTo(own.replace('=', ''))}))).toBe('TRUST.SIGNATURE_SHAPE');
});
