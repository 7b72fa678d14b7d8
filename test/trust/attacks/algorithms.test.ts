import {sign} from 'node:crypto';
import {rsaPair, signer} from '../../support/certificates.ts';
import {base64, dsig, intermediate, leaf, more} from '../../support/forge-feed.ts';
import {signedAs, testAttacks} from './attack.ts';

/* Signed by the right key by means that are not allowed, or announced as something else. */

const rsaLeaf = signer('Trial signer', {issuer: intermediate, pair: rsaPair()});

testAttacks('weak algorithms', [
  {name: 'SHA-1 as the digest', code: 'TRUST.ALGORITHM', attack: signedAs({digestMethod: `${dsig}sha1`})},
  {name: 'MD5 as the digest', code: 'TRUST.ALGORITHM', attack: signedAs({digestMethod: `${more}md5`})},
  {name: 'SHA-224 as the digest', code: 'TRUST.ALGORITHM', attack: signedAs({digestMethod: `${more}sha224`})},
  {name: 'RSA with SHA-1', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${dsig}rsa-sha1`})},
  {name: 'DSA with SHA-1', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${dsig}dsa-sha1`})},
  {name: 'ECDSA with SHA-1', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${more}ecdsa-sha1`})},
  {
    name: 'RSA-PSS, which the library knows and we do not ask for',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signWith: rsaLeaf, signatureAlgorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'}),
  },
]);

testAttacks('HMAC with a public key as its secret', [
  {
    name: 'HMAC over the public key',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signatureAlgorithm: `${dsig}hmac-sha1`}),
  },
  {name: 'HMAC with SHA-256', code: 'TRUST.ALGORITHM', attack: signedAs({signatureAlgorithm: `${more}hmac-sha256`})},
  {
    name: 'HMAC of length 0 (CVE-2009-0217)',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) =>
      xml.replace(
        /(<SignatureMethod Algorithm=")[^"]*(">)/,
        `$1${dsig}hmac-sha1$2<HMACOutputLength>0</HMACOutputLength>`,
      ),
  },
]);

testAttacks('a key of another type than the algorithm', [
  {
    name: 'an EC key under an RSA algorithm',
    code: 'TRUST.ALGORITHM',
    attack: signedAs({signatureAlgorithm: `${more}rsa-sha256`}),
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
]);

testAttacks('names of Object.prototype as algorithms', [
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
]);

testAttacks('values that are not those of the document', [
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
    name: 'SHA-384 announced over a SHA-256 digest',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: signedAs({digestMethod: `${more}sha384`}),
  },
  {
    name: 'SHA-512 announced over a SHA-256 signature',
    code: 'TRUST.SIGNATURE_VALUE',
    attack: signedAs({signatureAlgorithm: `${more}ecdsa-sha512`}),
  },
]);
