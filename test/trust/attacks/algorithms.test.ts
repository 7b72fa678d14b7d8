import {sign} from 'node:crypto';
import {rsaPair, signer} from '../../support/certificates.ts';
import {base64, c14n, dsig, enveloped, forge, intermediate, leaf, more, transform} from '../../support/forge-feed.ts';
import {type Attack, testAttacks} from './attack.ts';

/* Signed by the right key by means that are not allowed, or announced as something else. */

const rsaLeaf = signer('Trial signer', {issuer: intermediate, pair: rsaPair()});
const signedAs = (options: Parameters<typeof forge>[0]) => () => forge(options);
const transforms = (algorithm: string): Attack['attack'] =>
  signedAs({transforms: transform(enveloped) + transform(algorithm)});
const before = (tag: string, insert: string) => (xml: string) => xml.replace(tag, `${insert}${tag}`);

testAttacks([
  {
    name: 'an XPath Filter 2 transform',
    code: 'TRUST.TRANSFORM',
    attack: transforms('http://www.w3.org/2002/06/xmldsig-filter2'),
  },
  {name: 'a base64 transform', code: 'TRUST.TRANSFORM', attack: transforms(`${dsig}base64`)},
  {name: 'Canonical XML 1.1', code: 'TRUST.TRANSFORM', attack: transforms('http://www.w3.org/2006/12/xml-c14n11')},
  {name: 'a transform that nobody knows', code: 'TRUST.TRANSFORM', attack: transforms('urn:unknown')},
  {
    name: 'three transforms',
    code: 'TRUST.TRANSFORM',
    attack: signedAs({transforms: transform(enveloped) + transform(c14n) + transform(c14n)}),
  },
  {
    name: 'the canonical form before the enveloped transform',
    code: 'TRUST.TRANSFORM',
    attack: signedAs({transforms: transform(c14n) + transform(enveloped)}),
  },
  {name: 'no transform at all', code: 'TRUST.TRANSFORM', attack: signedAs({transforms: ''})},
  {name: 'MD5 as the digest', code: 'TRUST.ALGORITHM', attack: signedAs({digestMethod: `${more}md5`})},
  {name: 'SHA-224 as the digest', code: 'TRUST.ALGORITHM', attack: signedAs({digestMethod: `${more}sha224`})},
  {name: 'DSA with SHA-1', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${dsig}dsa-sha1`})},
  {name: 'ECDSA with SHA-1', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${more}ecdsa-sha1`})},
  {
    name: 'RSA-PSS, which the library knows and we do not ask for',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signWith: rsaLeaf, signatureAlgorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'}),
  },
  {
    name: 'HMAC of length 0 (CVE-2009-0217)',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) =>
      xml.replace(
        /(<SignatureMethod Algorithm=")[^"]*(">)/,
        `$1${dsig}hmac-sha1$2<HMACOutputLength>0</HMACOutputLength>`,
      ),
  },
  {
    name: 'an RSA key under an ECDSA algorithm',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signWith: rsaLeaf, signatureAlgorithm: `${more}ecdsa-sha256`}),
  },
  {
    name: 'an ECDSA value in DER, as certificates have it',
    code: 'TRUST.SIGNATURE_VALUE',
    attack: (xml) => {
      const info = (/<SignedInfo>.*<\/SignedInfo>/s.exec(xml)?.[0] ?? '').replace(
        '<SignedInfo>',
        `<SignedInfo xmlns="${dsig}">`,
      );
      const value = base64(sign('sha256', Buffer.from(info), leaf.key));
      return xml.replace(/<SignatureValue>[^<]*/, `<SignatureValue>${value}`);
    },
  },
  {
    name: 'another CanonicalizationMethod as a decoy in front',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('<CanonicalizationMethod', `<x:CanonicalizationMethod xmlns:x="urn:x" Algorithm="${c14n}"/>`),
  },
  {
    name: 'another SignatureValue as a decoy in front',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('<SignedInfo>', '<x:SignatureValue xmlns:x="urn:x">AAAA</x:SignatureValue>'),
  },
  {
    name: 'another KeyInfo as a decoy in front',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('<SignedInfo>', '<x:KeyInfo xmlns:x="urn:x"></x:KeyInfo>'),
  },
  {
    name: 'a processing instruction in SignatureValue',
    code: 'TRUST.PROCESSING_INSTRUCTION',
    attack: (xml) => xml.replace('<SignatureValue>', '<SignatureValue><?x y?>'),
  },
  {
    name: 'a CDATA section in DigestValue',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/<DigestValue>([^<]*)/, '<DigestValue><![CDATA[$1]]>'),
  },
  {
    name: 'the genuine feed inside of an Object of a hostile one',
    code: 'TRUST.SIGNATURE_COUNT',
    attack: (xml) => {
      const genuine = xml.replace(/^<\?xml[^>]*>/, '');
      return genuine
        .replace('DoNothing', 'Hostile')
        .replace('</Signature>', `<Object Id="x">${genuine}</Object></Signature>`);
    },
  },
]);
