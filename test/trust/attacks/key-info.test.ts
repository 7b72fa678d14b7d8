import {describe, expect, test} from 'vitest';
import {authority, issue, rsaPair, signer} from '../../support/certificates.ts';
import {
  base64,
  codeOf,
  dsig,
  forge,
  intermediate,
  leaf,
  more,
  profileFor,
  root,
  x509,
} from '../../support/forge-feed.ts';
import {signedAs, testAttacks} from './attack.ts';

/* KeyInfo is a bag of candidates: whom it names is decided by the pinned root, never by the message. */

const stranger = signer('Trial signer', {issuer: authority('Trial root')});
const selfSigned = signer('Trial signer');
const strangerRoot = authority('Trial root');
const strangerLeaf = signer('Trial signer', {issuer: strangerRoot});
const extra = '<RetrievalMethod URI="http://example.org/key"></RetrievalMethod>';

testAttacks('KeyInfo that is trusted (CVE-2024-32962)', [
  {
    name: 'a self-signed certificate of the same name (CVE-2024-32962)',
    code: 'TRUST.CHAIN_UNTRUSTED',
    attack: () => forge({signWith: selfSigned, certificates: [selfSigned.der]}),
  },
  {
    name: 'a root of the same name in the message',
    code: 'TRUST.CERTIFICATE_SIGNATURE',
    attack: () => forge({signWith: strangerLeaf, certificates: [strangerLeaf.der, strangerRoot.der]}),
  },
  {
    name: 'a chain without its middle',
    code: 'TRUST.CHAIN_UNTRUSTED',
    attack: () => forge({certificates: [leaf.der, root.der]}),
  },
  {
    name: 'KeyInfo without certificates',
    code: 'TRUST.KEY_INFO',
    attack: (xml) => xml.replace(/<X509Data>.*<\/X509Data>/s, '<KeyName>x</KeyName>'),
  },
  {
    name: 'eleven certificates',
    code: 'TRUST.LIMIT',
    attack: (xml) => xml.replace(/<X509Data>.*<\/X509Data>/s, x509(Array.from({length: 11}, () => leaf.der))),
  },
  {
    name: 'a certificate that is none',
    code: 'TRUST.CERTIFICATE_MALFORMED',
    attack: () => forge({certificates: [leaf.der, Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01)]}),
  },
  {
    name: 'a certificate with bytes behind it',
    code: 'TRUST.CERTIFICATE_MALFORMED',
    attack: () => forge({certificates: [Uint8Array.of(...leaf.der, 0), intermediate.der, root.der]}),
  },
]);

testAttacks('one certificate verifies the signature, another one is validated', [
  {
    name: 'a hostile signature with the genuine chain',
    code: 'TRUST.SIGNATURE_VALUE',
    attack: () => forge({signWith: stranger, certificates: [leaf.der, intermediate.der, root.der]}),
  },
  {
    name: 'a hostile leaf beside the genuine one',
    code: 'TRUST.LEAF',
    attack: () => forge({signWith: stranger, certificates: [stranger.der, leaf.der, intermediate.der, root.der]}),
  },
  {
    name: 'the genuine leaf first, the hostile one last',
    code: 'TRUST.LEAF',
    attack: () => forge({signWith: stranger, certificates: [leaf.der, intermediate.der, root.der, stranger.der]}),
  },
  {
    name: 'authorities only',
    code: 'TRUST.LEAF',
    attack: () => forge({signWith: intermediate, certificates: [intermediate.der, root.der]}),
  },
  {
    name: 'certificates in another order with a copy',
    code: 'TRUST.KEY_INFO',
    attack: signedAs({certificates: [leaf.der, leaf.der, intermediate.der]}),
  },
  {name: 'two X509Data', code: 'TRUST.SIGNATURE_SHAPE', attack: signedAs({beforeX509: x509([leaf.der])})},
]);

testAttacks('KeyInfo that names a key, fetches one, or brings its own revocation list', [
  {name: 'a RetrievalMethod', code: 'TRUST.SIGNATURE_SHAPE', attack: () => forge({beforeX509: extra})},
  {
    name: 'a KeyName',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: () => forge({beforeX509: '<KeyName>Trial signer</KeyName>'}),
  },
  {
    name: 'an X509CRL in KeyInfo',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('</X509Data>', '<X509CRL>AAAA</X509CRL></X509Data>'),
  },
]);

describe('KeyValue', () => {
  const pair = rsaPair();
  const rsaLeaf = signer('Trial signer', {issuer: intermediate, pair});
  const options = {signWith: rsaLeaf, signatureAlgorithm: `${more}rsa-sha256`};
  const keyValue = ({n = '', e = ''}: {n?: string; e?: string}): string =>
    `<KeyValue><RSAKeyValue><Modulus>${base64(Buffer.from(n, 'base64url'))}</Modulus><Exponent>${base64(Buffer.from(e, 'base64url'))}</Exponent></RSAKeyValue></KeyValue>`;

  test('may repeat the key of the signer, as in the genuine feed', () => {
    expect(codeOf(forge(options))).toBe('TRUST.VERIFIED');
    expect(codeOf(forge({...options, beforeX509: keyValue(pair.publicKey.export({format: 'jwk'}))}))).toBe(
      'TRUST.VERIFIED',
    );
  });

  test('of another key is refused, also where it would verify', () => {
    const other = keyValue(rsaPair().publicKey.export({format: 'jwk'}));
    expect(codeOf(forge({...options, beforeX509: other}))).toBe('TRUST.KEY_VALUE');
    expect(codeOf(forge({beforeX509: other}))).toBe('TRUST.KEY_VALUE');
  });
});

test('a feed of another publisher is refused under this profile and accepted under its own', () => {
  const text = forge({signWith: strangerLeaf, certificates: [strangerLeaf.der, strangerRoot.der]});
  expect(codeOf(text)).toBe('TRUST.CERTIFICATE_SIGNATURE');
  expect(codeOf(text, profileFor(strangerRoot))).toBe('TRUST.VERIFIED');
});

test('a pinned leaf is no anchor: something must have issued the signer', () => {
  const lonely = issue('Lonely');
  expect(codeOf(forge({signWith: lonely, certificates: [lonely.der]}), profileFor(lonely))).toBe(
    'TRUST.CHAIN_UNTRUSTED',
  );
});

test('the namespace of XML signatures is what counts, not its prefix', () => {
  const prefixed = forge()
    .replaceAll(/<(\/?)(Signature|KeyInfo|X509Data|X509Certificate)(?=[ >])/g, '<$1ds:$2')
    .replace('xmlns=', 'xmlns:ds=');
  expect(codeOf(prefixed)).toBe('TRUST.SIGNATURE_SHAPE');
  expect(prefixed).toContain(`<ds:Signature xmlns:ds="${dsig}">`);
});
