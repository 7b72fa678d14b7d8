import {
  base64,
  c14n,
  config,
  dsig,
  enveloped,
  forge,
  intermediate,
  leaf,
  more,
  transform,
  x509,
  xmlenc,
} from '../../support/forge-feed.ts';
import {type Attack, testAttacks} from './attack.ts';

/* What stands inside of Signature is not covered by it, and xml-crypto finds parts of it by local name. */

const signatureOf = (xml: string): string => /<Signature .*<\/Signature>/s.exec(xml)?.[0] ?? '';
const before = (tag: string, insert: string) => (xml: string) => xml.replace(tag, `${insert}${tag}`);
const hostile = config('M9');

const parked: readonly Attack[] = [
  {
    name: 'a hostile element parked in Signature',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</Signature>', `<EOCS xmlns="">${hostile}</EOCS>`),
  },
  {name: 'a hostile element parked in KeyInfo', code: 'TRUST.KEY_INFO', attack: before('</KeyInfo>', hostile)},
  {name: 'a hostile element parked in X509Data', code: 'TRUST.SIGNATURE_SHAPE', attack: before('</X509Data>', hostile)},
  {
    name: 'a hostile element parked in SignatureValue',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</SignatureValue>', hostile),
  },
  {
    name: 'a hostile element parked in Object',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</Signature>', `<Object Id="x">${hostile}</Object>`),
  },
  {
    name: 'an Object that is no counter-signature',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</Signature>', '<Object Id="ts-countersig"><SignatureProperties></SignatureProperties></Object>'),
  },
  {
    name: 'a Manifest',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</Signature>', '<Object Id="m"><Manifest></Manifest></Object>'),
  },
  {name: 'text in Signature', code: 'TRUST.SIGNATURE_SHAPE', attack: before('</Signature>', 'x')},
  {name: 'a comment in Signature', code: 'TRUST.SIGNATURE_SHAPE', attack: before('</Signature>', '<!-- x -->')},
  {
    name: 'an attribute of Signature',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<Signature ', '<Signature Id="s" '),
  },
  {
    name: 'a foreign namespace declaration in Signature',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<KeyInfo>', '<KeyInfo xmlns:x="urn:x">'),
  },
];

const doubled: readonly Attack[] = [
  {
    name: 'two SignedInfo (CVE-2025-29774)',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/(<SignedInfo>.*<\/SignedInfo>)/s, '$1$1'),
  },
  {
    name: 'two SignatureValues',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/(<SignatureValue>.*<\/SignatureValue>)/s, '$1$1'),
  },
  {
    name: 'two DigestValues',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/(<DigestValue>.*<\/DigestValue>)/s, '$1$1'),
  },
  {
    name: 'two SignatureMethods',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/(<SignatureMethod .*<\/SignatureMethod>)/s, '$1$1'),
  },
  {
    name: 'two References',
    code: 'TRUST.REFERENCE',
    attack: (xml) => xml.replace(/(<Reference .*<\/Reference>)/s, '$1$1'),
  },
  {name: 'no Reference', code: 'TRUST.REFERENCE', attack: (xml) => xml.replace(/<Reference .*<\/Reference>/s, '')},
  {
    name: 'a comment in DigestValue (CVE-2025-29775)',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<DigestValue>', '<DigestValue><!-- AAAA -->'),
  },
  {
    name: 'a comment in SignatureValue',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<SignatureValue>', '<SignatureValue><!-- A -->'),
  },
  {
    name: 'a CDATA section in X509Certificate',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/<X509Certificate>(....)/, '<X509Certificate><![CDATA[$1]]>'),
  },
  {
    name: 'another SignatureMethod as a decoy in front',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('<SignedInfo>', `<x:SignatureMethod xmlns:x="urn:x" Algorithm="${dsig}rsa-sha1"/>`),
  },
];

const placed: readonly Attack[] = [
  {name: 'no signature', code: 'TRUST.NOT_SIGNED', attack: (xml) => xml.replace(signatureOf(xml), '')},
  {
    name: 'a copy of the signature',
    code: 'TRUST.SIGNATURE_COUNT',
    attack: (xml) => xml.replace('</EOCS>', `${signatureOf(xml)}</EOCS>`),
  },
  {
    name: 'an element named Signature in another namespace',
    code: 'TRUST.SIGNATURE_COUNT',
    attack: before('<Config', '<Signature xmlns="urn:x"/>'),
  },
  {
    name: 'the signature in the middle',
    code: 'TRUST.SIGNATURE_PLACE',
    attack: (xml) => xml.replace('</EOCS>', `${hostile}</EOCS>`),
  },
  {
    name: 'the signature deeper down',
    code: 'TRUST.SIGNATURE_PLACE',
    attack: (xml) => xml.replace('<Signature ', '<Wrap><Signature ').replace('</Signature>', '</Signature></Wrap>'),
  },
  {
    name: 'the genuine feed wrapped in another one',
    code: 'TRUST.SIGNATURE_PLACE',
    attack: (xml) =>
      xml.replace(
        /<EOCS.*$/s,
        (feed) => `<EOCS version="1.0.4" serial="9" issued="2026-11-21T00:00:00Z">${hostile}<Old>${feed}</Old></EOCS>`,
      ),
  },
  {
    name: 'the genuine feed wrapped, its signature moved to the new root',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) => {
      const signature = signatureOf(xml);
      const old = xml.replace(signature, '').replace(/^.*?(?=<EOCS)/s, '');
      return `<EOCS version="1.0.4" serial="9" issued="2026-11-21T00:00:00Z">${hostile}<Old>${old}</Old>${signature}</EOCS>`;
    },
  },
  {
    name: 'a hostile Config beside the genuine one',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: before('<Signature ', hostile),
  },
];

testAttacks([...parked, ...doubled, ...placed]);

/* Signed by the right key, with what is not allowed: these would verify in a library that does as it is told. */

const signedAs = (options: Parameters<typeof forge>[0]) => () => forge(options);

testAttacks([
  {name: 'a reference to one element of the document', code: 'TRUST.REFERENCE', attack: signedAs({uri: '#M1'})},
  {name: 'a reference to a file', code: 'TRUST.REFERENCE', attack: signedAs({uri: 'file:///etc/passwd'})},
  {name: 'a reference to the network', code: 'TRUST.REFERENCE', attack: signedAs({uri: 'http://example.org/feed.xml'})},
  {name: 'an XPointer', code: 'TRUST.REFERENCE', attack: signedAs({uri: '#xpointer(/)'})},
  {name: 'an XPath injection', code: 'TRUST.REFERENCE', attack: signedAs({uri: "#x'] | //*[@id='M1"})},
  {
    name: 'a Reference without URI',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<Reference URI="">', '<Reference>'),
  },
  {
    name: 'an XSLT transform',
    code: 'TRUST.TRANSFORM',
    attack: signedAs({transforms: transform('http://www.w3.org/TR/1999/REC-xslt-19991116')}),
  },
  {
    name: 'an XPath transform',
    code: 'TRUST.TRANSFORM',
    attack: signedAs({transforms: transform(enveloped) + transform('http://www.w3.org/TR/1999/REC-xpath-19991116')}),
  },
  {
    name: 'the enveloped transform twice',
    code: 'TRUST.TRANSFORM',
    attack: signedAs({transforms: transform(enveloped) + transform(enveloped)}),
  },
  {name: 'no enveloped transform', code: 'TRUST.TRANSFORM', attack: signedAs({transforms: transform(c14n)})},
  {
    name: 'canonical XML with comments as a transform',
    code: 'TRUST.TRANSFORM',
    attack: signedAs({transforms: transform(enveloped) + transform(`${c14n}#WithComments`)}),
  },
  {
    name: 'canonical XML with comments over SignedInfo',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({canonicalization: `${c14n}#WithComments`}),
  },
  {
    name: 'a transform with a child',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: signedAs({transforms: `<Transform Algorithm="${enveloped}"><XPath>1</XPath></Transform>`}),
  },
  {name: 'SHA-1 as the digest', code: 'TRUST.ALGORITHM', attack: signedAs({digestMethod: `${dsig}sha1`})},
  {name: 'RSA with SHA-1', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${dsig}rsa-sha1`})},
  {
    name: 'HMAC over the public key',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signatureAlgorithm: `${dsig}hmac-sha1`}),
  },
  {name: 'HMAC with SHA-256', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${more}hmac-sha256`})},
  {
    name: 'an EC key under an RSA algorithm',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signatureAlgorithm: `${more}rsa-sha256`}),
  },
  {
    name: 'a property of Object.prototype as the algorithm',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signatureAlgorithm: 'constructor'}),
  },
  {
    name: 'a property of Object.prototype as the digest',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({digestMethod: '__proto__'}),
  },
  {
    name: 'a property of Object.prototype as the canonicalization',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({canonicalization: 'toString'}),
  },
  {
    name: 'a Reference with a type',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('URI=""', `URI="" Type="${dsig}Manifest"`),
  },
  {
    name: 'a Reference with a wrong digest',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) => xml.replace(/<DigestValue>[^<]*/, `<DigestValue>${base64(new Uint8Array(32))}`),
  },
  {
    name: 'a changed SignatureValue',
    code: 'TRUST.SIGNATURE_VALUE',
    attack: (xml) => xml.replace(/<SignatureValue>[^<]*/, `<SignatureValue>${base64(new Uint8Array(64).fill(7))}`),
  },
  {
    name: 'a SignatureValue of zeroes (CVE-2022-21449)',
    code: 'TRUST.SIGNATURE_VALUE',
    attack: (xml) => xml.replace(/<SignatureValue>[^<]*/, `<SignatureValue>${base64(new Uint8Array(64))}`),
  },
  {
    name: 'a SignatureValue that is no base64',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<SignatureValue>', '<SignatureValue>!'),
  },
  {
    name: 'SHA-384 announced over a SHA-256 digest',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: signedAs({digestMethod: `${more}sha384`}),
  },
  {
    name: 'SHA-512 announced over a SHA-256 signature',
    code: 'TRUST.SIGNATURE_VALUE',
    attack: signedAs({signatureAlgorithm: `${more}ecdsa-sha512`}),
  },
  {
    name: 'certificates in another order with a copy',
    code: 'TRUST.KEY_INFO',
    attack: signedAs({certificates: [leaf.der, leaf.der, intermediate.der]}),
  },
  {
    name: 'a digest in the wrong namespace',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<DigestMethod ', `<DigestMethod xmlns="${xmlenc}" `),
  },
  {name: 'two X509Data', code: 'TRUST.SIGNATURE_SHAPE', attack: signedAs({beforeX509: x509([leaf.der])})},
]);
