import {expect, test} from 'vitest';
import {codeOf, config, defaultHead, forge, profileFor, root, verifyText} from '../../support/forge-feed.ts';
import {signedAs, testAttacks} from './attack.ts';

/* Signed by the right key, but no feed. */

const withContent = (content: string) => () => forge({content});
const withHead = (head: string) => () => forge({head});
const action = (attributes: string, value = '<Value>DoNothing</Value>'): string =>
  `<Config desc="d" id="M1"><ActionList><Action ${attributes}>${value}</Action></ActionList></Config>`;

testAttacks('cross-protocol reuse: other XML under the same authority', [
  {
    name: 'a document with another root (a ClickOnce manifest, say)',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) => xml.replace('<EOCS', '<assembly').replace('</EOCS>', '</assembly>'),
  },
  {
    name: 'another kind of document by the same signer (a ClickOnce manifest, say)',
    code: 'TRUST.PAYLOAD',
    attack: signedAs({rootName: 'assembly'}),
  },
]);

testAttacks('prototype pollution (CVE-2023-0842)', [
  {
    name: 'an attribute __proto__',
    code: 'TRUST.PAYLOAD',
    attack: withContent('<Config __proto__="1" id="M1"></Config>'),
  },
  {name: 'an element __proto__', code: 'TRUST.PAYLOAD', attack: withContent('<__proto__></__proto__>')},
  {
    name: 'an element named _ that crashes xml2js',
    code: 'TRUST.PAYLOAD',
    attack: withContent('<Config id="M1">t<_>x</_></Config>'),
  },
]);

testAttacks('wrong content by the right key', [
  {name: 'an unknown element', code: 'TRUST.PAYLOAD', attack: withContent(`${config('M1')}<Script></Script>`)},
  {
    name: 'an unknown element in a Config',
    code: 'TRUST.PAYLOAD',
    attack: withContent('<Config id="M1"><Script></Script></Config>'),
  },
  {name: 'an unknown attribute', code: 'TRUST.PAYLOAD', attack: withContent('<Config evil="1" id="M1"></Config>')},
  {name: 'an unknown attribute of the root', code: 'TRUST.PAYLOAD', attack: withHead(`auto="true" ${defaultHead}`)},
  {name: 'a Config without an id', code: 'TRUST.PAYLOAD', attack: withContent('<Config></Config>')},
  {name: 'an id that leaves its folder', code: 'TRUST.PAYLOAD', attack: withContent(config('../../M1'))},
  {name: 'an id that stands twice', code: 'TRUST.PAYLOAD', attack: withContent(config('M1') + config('M1'))},
  {
    name: 'an id that stands twice in another case',
    code: 'TRUST.PAYLOAD',
    attack: withContent(config('M1') + config('m1')),
  },
  {
    name: 'an Action with two Values',
    code: 'TRUST.PAYLOAD',
    attack: withContent(action('scope="Server" type="DoNothing"', '<Value></Value><Value></Value>')),
  },
  {name: 'an Action without a type', code: 'TRUST.PAYLOAD', attack: withContent(action('scope="Server"'))},
  {name: 'a namespace', code: 'TRUST.PAYLOAD', attack: withContent('<Config xmlns="urn:x" id="M1"></Config>')},
  {
    name: 'a prefixed attribute',
    code: 'TRUST.PAYLOAD',
    attack: withContent('<Config xmlns:x="urn:x" id="M1" x:id="M2"></Config>'),
  },
  {name: 'text between elements', code: 'TRUST.PAYLOAD', attack: withContent(`run this${config('M1')}`)},
  {name: 'no serial', code: 'TRUST.PAYLOAD', attack: withHead('issued="2026-11-21T00:00:00Z" version="1.0.4"')},
  {name: 'a negative serial', code: 'TRUST.PAYLOAD', attack: withHead(defaultHead.replace('"7"', '"-7"'))},
  {
    name: 'a serial beyond all others',
    code: 'TRUST.PAYLOAD',
    attack: withHead(defaultHead.replace('"7"', '"99999999999999999"')),
  },
  {name: 'a version that is none', code: 'TRUST.PAYLOAD', attack: withHead(defaultHead.replace('1.0.4', '1'))},
  {name: 'a time in local time', code: 'TRUST.PAYLOAD', attack: withHead(defaultHead.replace('00Z', '00'))},
  {name: 'a day that does not exist', code: 'TRUST.PAYLOAD', attack: withHead(defaultHead.replace('11-21', '13-41'))},
  {
    name: 'a feed past its own expiry',
    code: 'TRUST.FEED_EXPIRED',
    attack: withHead(`expires="2026-11-21T12:00:00Z" ${defaultHead}`),
  },
]);

test("in Microsoft's dialect, whose inner grammar is not public, the unknown is named and not refused", () => {
  const profile = profileFor(root, {dialect: 'microsoft'});
  const text = forge({head: 'version="1.0.4"', content: '<Config id="M3" minBuild="15.2"><Blob>x</Blob></Config>'});
  expect(codeOf(text)).toBe('TRUST.PAYLOAD');
  const verification = verifyText(text, profile);
  expect(verification).toMatchObject({
    verified: true,
    feed: {mitigationIds: ['M3'], dialect: 'microsoft', serial: undefined},
  });
  expect(verification.verified && verification.warnings.join()).toContain('attribute minBuild of Config');
});

test("a namespace is a decoy in Microsoft's dialect too", () => {
  const profile = profileFor(root, {dialect: 'microsoft'});
  const head = 'version="1.0.4"';
  expect(codeOf(forge({head, content: '<Config id="M1"></Config>'}), profile)).toBe('TRUST.VERIFIED');
  expect(codeOf(forge({head, content: '<Config xmlns="urn:x" id="M1"></Config>'}), profile)).toBe('TRUST.PAYLOAD');
  const deep = '<Config id="M1"><x:Blob xmlns:x="urn:x"></x:Blob></Config>';
  expect(codeOf(forge({head, content: deep}), profile)).toBe('TRUST.PAYLOAD');
});

test('the signed bytes are what is handed on, without the signature and whatever surrounded them', () => {
  const verification = verifyText(
    forge({content: config('M1', 'x &amp; y')}).replace('<EOCS', '<!-- before -->\n<EOCS'),
  );
  expect(verification.verified && verification.feed.xml).toBe(
    `<EOCS ${defaultHead}>${config('M1', 'x &amp; y')}</EOCS>`,
  );
});
