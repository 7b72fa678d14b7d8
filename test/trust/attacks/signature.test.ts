import {c14n, dsig, xmlenc} from '../../support/forge-feed.ts';
import {before, hostile, signatureOf, testAttacks} from './attack.ts';

/* What stands inside of Signature is not covered by it, and xml-crypto finds parts of it by local name. */

testAttacks('a comment, section or element splits a value of Signature (CVE-2025-29775)', [
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
    name: 'a CDATA section in DigestValue',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/<DigestValue>([^<]*)/, '<DigestValue><![CDATA[$1]]>'),
  },
  {
    name: 'a CDATA section in X509Certificate',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace(/<X509Certificate>(....)/, '<X509Certificate><![CDATA[$1]]>'),
  },
  {
    name: 'a processing instruction in SignatureValue',
    code: 'TRUST.PROCESSING_INSTRUCTION',
    attack: (xml) => xml.replace('<SignatureValue>', '<SignatureValue><?x y?>'),
  },
  {
    name: 'a hostile element parked in SignatureValue',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</SignatureValue>', hostile),
  },
  {
    name: 'a SignatureValue that is no base64',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<SignatureValue>', '<SignatureValue>!'),
  },
]);

testAttacks('several SignedInfo (CVE-2025-29774)', [
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
]);

testAttacks('no reference, several of them, or a Manifest', [
  {name: 'no Reference', code: 'TRUST.REFERENCE', attack: (xml) => xml.replace(/<Reference .*<\/Reference>/s, '')},
  {
    name: 'two References',
    code: 'TRUST.REFERENCE',
    attack: (xml) => xml.replace(/(<Reference .*<\/Reference>)/s, '$1$1'),
  },
  {
    name: 'a Manifest',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</Signature>', '<Object Id="m"><Manifest></Manifest></Object>'),
  },
  {
    name: 'a Reference with a type',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('URI=""', `URI="" Type="${dsig}Manifest"`),
  },
]);

testAttacks('content parked inside Signature, which no signature covers', [
  {
    name: 'a hostile element parked in Signature',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('</Signature>', `<EOCS xmlns="">${hostile}</EOCS>`),
  },
  {name: 'a hostile element parked in KeyInfo', code: 'TRUST.KEY_INFO', attack: before('</KeyInfo>', hostile)},
  {name: 'a hostile element parked in X509Data', code: 'TRUST.SIGNATURE_SHAPE', attack: before('</X509Data>', hostile)},
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
]);

testAttacks('copies of the Signature', [
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

testAttacks('decoys of another namespace in front of what is meant', [
  {
    name: 'another SignatureMethod as a decoy in front',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: before('<SignedInfo>', `<x:SignatureMethod xmlns:x="urn:x" Algorithm="${dsig}rsa-sha1"/>`),
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
    name: 'a digest in the wrong namespace',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) => xml.replace('<DigestMethod ', `<DigestMethod xmlns="${xmlenc}" `),
  },
]);
