import {expect, test} from 'vitest';
import {verifyFeed} from '../../../src/trust/verify-feed.ts';
import {testNow as testNowOf} from '../../support/certificates.ts';
import {config, forge, trialProfile} from '../../support/forge-feed.ts';
import {signedAs, testAttacks} from './attack.ts';

/* What is refused on the raw text, before any parser has an opinion of it. */

const declaration = '<?xml version="1.0" encoding="utf-8"?>';

testAttacks('a processing instruction that becomes text', [
  {
    name: 'a processing instruction that canonical XML turns into text',
    code: 'TRUST.PROCESSING_INSTRUCTION',
    attack: (xml) => xml.replace('>DoNothing', '><?p Do?>Nothing'),
  },
  {
    name: 'a style sheet',
    code: 'TRUST.PROCESSING_INSTRUCTION',
    attack: (xml) => xml.replace('<EOCS', '<?xml-stylesheet href="x"?><EOCS'),
  },
]);

testAttacks('document types and entities', [
  {
    name: 'a document type',
    code: 'TRUST.DTD',
    attack: (xml) => xml.replace(declaration, `${declaration}<!DOCTYPE EOCS>`),
  },
  {
    name: 'a document type in lower case',
    code: 'TRUST.DTD',
    attack: (xml) => xml.replace('<EOCS', '<!doctype EOCS><EOCS'),
  },
  {
    name: 'an entity that expands',
    code: 'TRUST.DTD',
    attack: (xml) =>
      xml.replace(declaration, `${declaration}<!DOCTYPE EOCS [<!ENTITY x "DoNothing">]>`).replace('DoNothing<', '&x;<'),
  },
  {
    name: 'an external entity',
    code: 'TRUST.DTD',
    attack: (xml) =>
      xml.replace(declaration, `${declaration}<!DOCTYPE EOCS [<!ENTITY x SYSTEM "file:///etc/passwd">]>`),
  },
  {
    name: 'an attribute that a document type fills in',
    code: 'TRUST.DTD',
    attack: (xml) => xml.replace('<EOCS', '<!DOCTYPE EOCS [<!ATTLIST Action auto CDATA "true">]><EOCS'),
  },
  {
    name: 'an entity that only a lenient parser leaves as text',
    code: 'TRUST.ENTITY',
    attack: (xml) => xml.replace('DoNothing<', 'Do&nbsp;Nothing<'),
  },
  {name: 'a bare ampersand', code: 'TRUST.ENTITY', attack: (xml) => xml.replace('DoNothing<', 'Do&Nothing<')},
  {
    name: 'a reference to a character that XML forbids',
    code: 'TRUST.ENTITY',
    attack: (xml) => xml.replace('DoNothing<', '&#0;<'),
  },
]);

testAttacks('what two parsers read in two ways (CVE-2025-25291, CVE-2025-25292)', [
  {name: 'a second root element', code: 'TRUST.NOT_WELL_FORMED', attack: (xml) => `${xml}<EOCS/>`},
  {name: 'text behind the root', code: 'TRUST.NOT_WELL_FORMED', attack: (xml) => `${xml}text`},
  {
    name: 'an attribute that stands twice',
    code: 'TRUST.NOT_WELL_FORMED',
    attack: (xml) => xml.replace('id="M1"', 'id="M1" id="M2"'),
  },
  {
    name: 'an attribute without quotes',
    code: 'TRUST.NOT_WELL_FORMED',
    attack: (xml) => xml.replace('id="M1"', 'id=M1'),
  },
  {
    name: 'a prefix without a namespace',
    code: 'TRUST.NOT_WELL_FORMED',
    attack: (xml) => xml.replace('<Value>', '<x:Value>').replace('</Value>', '</x:Value>'),
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
  {
    name: 'a control character',
    code: 'TRUST.ILLEGAL_CHARACTER',
    attack: (xml) => xml.replace('DoNothing<', 'Do\u0001Nothing<'),
  },
  {name: 'U+FFFE', code: 'TRUST.ILLEGAL_CHARACTER', attack: (xml) => xml.replace('DoNothing<', 'Do\uFFFENothing<')},
]);

testAttacks('encodings', [
  {
    name: 'another encoding in the declaration',
    code: 'TRUST.PROCESSING_INSTRUCTION',
    attack: (xml) => xml.replace('utf-8', 'utf-7'),
  },
  {
    name: 'XML 1.1',
    code: 'TRUST.PROCESSING_INSTRUCTION',
    attack: (xml) => xml.replace('version="1.0"', 'version="1.1"'),
  },
  {name: 'a second byte order mark', code: 'TRUST.PROCESSING_INSTRUCTION', attack: (xml) => `\uFEFF\uFEFF${xml}`},
]);

testAttacks('Unicode that only looks alike', [
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
]);

testAttacks('one change after signing', [
  {
    name: 'one changed letter of a value',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) => xml.replace('DoNothing<', 'DoNothinG<'),
  },
  {
    name: 'white space between elements',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) => xml.replace('<Config', '\n<Config'),
  },
]);

const codeOfBytes = (bytes: Uint8Array): string => verifyFeed(bytes, {now: testNowOf, profiles: [trialProfile]}).code;

test('UTF-16, Latin 1, gzip, an overlong form and half a character are not UTF-8', () => {
  const genuine = forge();
  expect(codeOfBytes(Buffer.from(genuine))).toBe('TRUST.VERIFIED');
  expect(codeOfBytes(Buffer.from(`\uFEFF${genuine}`, 'utf16le'))).toBe('TRUST.NOT_UTF8');
  expect(codeOfBytes(Buffer.from(genuine.replace('DoNothing', 'Dö'), 'latin1'))).toBe('TRUST.NOT_UTF8');
  expect(codeOfBytes(Uint8Array.of(0x1f, 0x8b, 0x08, 0x00))).toBe('TRUST.NOT_UTF8');
  const overlong = Buffer.from(genuine.replace('DoNothing', '\u0001\u0002'));
  overlong.set([0xc0, 0xaf], overlong.indexOf(1));
  expect(codeOfBytes(overlong)).toBe('TRUST.NOT_UTF8');
  expect(
    codeOfBytes(Buffer.from(genuine.replace('DoNothing', 'Dö')).subarray(0, genuine.indexOf('DoNothing') + 2)),
  ).toBe('TRUST.NOT_UTF8');
});

test('one byte order mark is let pass, and so is a comment, which the canonical form leaves out', () => {
  expect(codeOfBytes(Buffer.from(`\uFEFF${forge()}`))).toBe('TRUST.VERIFIED');
  expect(codeOfBytes(Buffer.from(forge().replace('>DoNothing', '>Do<!-- x -->Nothing')))).toBe('TRUST.VERIFIED');
});
