import {c14n, config, defaultHead, dsig, enveloped, forge, transform} from '../../support/forge-feed.ts';
import {type Attack, signedAs, testAttacks} from './attack.ts';

/* What a signature says that it covers, and what has to be done to that first. */

const idAttack = (name: string, attribute: string) => ({
  name,
  code: 'TRUST.REFERENCE' as const,
  attack: () => forge({head: `${attribute}="feed" ${defaultHead}`, uri: '#feed'}),
});
const transforms = (algorithm: string): Attack['attack'] =>
  signedAs({transforms: transform(enveloped) + transform(algorithm)});

testAttacks('identifiers that stand twice, in other case, prefixed, or declared', [
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
]);

testAttacks('a reference to somewhere else', [
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
]);

testAttacks('transforms', [
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
    name: 'an XPath Filter 2 transform',
    code: 'TRUST.TRANSFORM',
    attack: transforms('http://www.w3.org/2002/06/xmldsig-filter2'),
  },
  {name: 'a base64 transform', code: 'TRUST.TRANSFORM', attack: transforms(`${dsig}base64`)},
  {name: 'a transform that nobody knows', code: 'TRUST.TRANSFORM', attack: transforms('urn:unknown')},
  {
    name: 'a transform with a child',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: signedAs({transforms: `<Transform Algorithm="${enveloped}"><XPath>1</XPath></Transform>`}),
  },
  {name: 'no transform at all', code: 'TRUST.TRANSFORM', attack: signedAs({transforms: ''})},
  {name: 'no enveloped transform', code: 'TRUST.TRANSFORM', attack: signedAs({transforms: transform(c14n)})},
  {
    name: 'the enveloped transform twice',
    code: 'TRUST.TRANSFORM',
    attack: signedAs({transforms: transform(enveloped) + transform(enveloped)}),
  },
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
  {name: 'Canonical XML 1.1', code: 'TRUST.TRANSFORM', attack: transforms('http://www.w3.org/2006/12/xml-c14n11')},
]);

testAttacks('Canonical XML with comments', [
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
]);
