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
import {testAttacks} from './attack.ts';

/* What is digested, what is not, and what a reader of the signed bytes may make of it. */

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const signedAs = (options: Parameters<typeof forge>[0]) => () => forge(options);
const referenceTo = (digest: string, uri = ''): string =>
  `<Reference URI="${uri}"><Transforms>${transform(enveloped)}${transform(c14n)}</Transforms><DigestMethod Algorithm="${xmlenc}sha256"></DigestMethod><DigestValue>${digest}</DigestValue></Reference>`;
const idAttack = (name: string, attribute: string) => ({
  name,
  code: 'TRUST.REFERENCE' as const,
  attack: () => forge({head: `${attribute}="feed" ${defaultHead}`, uri: '#feed'}),
});

testAttacks([
  idAttack('a reference to the Id of the root', 'Id'),
  idAttack('a reference to an ID in capitals', 'ID'),
  idAttack('a reference to an id in lower case', 'id'),
  idAttack('a reference to an xml:id', 'xml:id'),
  idAttack('a reference to a prefixed Id', 'xmlns:x="urn:x" x:Id'),
  {
    name: 'an Id that stands twice',
    code: 'TRUST.REFERENCE',
    attack: () => forge({content: config('M1') + config('m1'), uri: '#M1'}),
  },
  {
    name: 'an Id that a document type declares',
    code: 'TRUST.DTD',
    attack: (xml) => xml.replace('<EOCS', '<!DOCTYPE EOCS [<!ATTLIST Config id ID #IMPLIED>]><EOCS'),
  },
  {
    name: 'an attribute that a document type fills in',
    code: 'TRUST.DTD',
    attack: (xml) => xml.replace('<EOCS', '<!DOCTYPE EOCS [<!ATTLIST Action auto CDATA "true">]><EOCS'),
  },
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
  {
    name: 'a list of namespaces for the exclusive form',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: signedAs({
      transforms: `${transform(enveloped)}<Transform Algorithm="${exclusive}"><InclusiveNamespaces xmlns="${exclusive}" PrefixList="x"></InclusiveNamespaces></Transform>`,
    }),
  },
  {
    name: 'another kind of document by the same signer (a ClickOnce manifest, say)',
    code: 'TRUST.PAYLOAD',
    attack: signedAs({rootName: 'assembly'}),
  },
  {name: 'a root whose name only looks alike', code: 'TRUST.PAYLOAD', attack: signedAs({rootName: 'E\u041ECS'})},
  {
    name: 'an id with an invisible character',
    code: 'TRUST.PAYLOAD',
    attack: signedAs({content: config('M1\u200B')}),
  },
  {
    name: 'the same letter in another normal form',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: () => forge({content: config('M1', 'caf\u00E9')}).replace('\u00E9', 'e\u0301'),
  },
  {
    name: 'two attributes of one name by two prefixes',
    code: 'TRUST.NOT_WELL_FORMED',
    attack: (xml) => xml.replace('<Config ', '<Config xmlns:x="u" xmlns:y="u" x:a="1" y:a="2" '),
  },
  {
    name: 'the prefix xml bound to something else',
    code: 'TRUST.NOT_WELL_FORMED',
    attack: (xml) => xml.replace('<Config ', '<Config xmlns:xml="urn:x" '),
  },
  {
    name: 'the end of a CDATA section in text',
    code: 'TRUST.NOT_WELL_FORMED',
    attack: (xml) => xml.replace('>DoNothing', '>]]>DoNothing'),
  },
  {
    name: 'a tag in an attribute',
    code: 'TRUST.NOT_WELL_FORMED',
    attack: (xml) => xml.replace('desc="d"', 'desc="<d"'),
  },
]);

test('what the exclusive form leaves unsigned is not handed on either', () => {
  const genuine = forge({transforms: transform(enveloped) + transform(exclusive)});
  expect(codeOf(genuine)).toBe('TRUST.VERIFIED');
  const verification = verifyText(genuine.replace('<Config ', '<Config xmlns:evil="urn:evil" '));
  expect(verification.verified && verification.feed.xml).toBe(`<EOCS ${defaultHead}>${config('M1')}</EOCS>`);
});

test('a comment that splits a value for a careless reader leaves it whole', () => {
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
