import {before, hostile, signatureOf, testAttacks} from './attack.ts';

/* The signature stays valid for what it was made over; what is moved is what a careless reader reads. */

const unsigned = (xml: string): string => xml.replace(signatureOf(xml), '').replace(/^.*?(?=<EOCS)/s, '');
const underNewRoot = (content: string): string =>
  `<EOCS version="1.0.4" serial="9" issued="2026-11-21T00:00:00Z">${hostile}${content}</EOCS>`;

testAttacks('signature wrapping and partial signing', [
  {name: 'no signature', code: 'TRUST.NOT_SIGNED', attack: (xml) => xml.replace(signatureOf(xml), '')},
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
    attack: (xml) => underNewRoot(`<Old>${/<EOCS.*$/s.exec(xml)?.[0]}</Old>`),
  },
  {
    name: 'the genuine feed wrapped, its signature moved to the new root',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) => underNewRoot(`<Old>${unsigned(xml)}</Old>${signatureOf(xml)}`),
  },
  {
    name: 'a hostile Config beside the genuine one',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: before('<Signature ', hostile),
  },
  {
    name: 'the genuine feed behind its signature under a new root',
    code: 'TRUST.SIGNATURE_PLACE',
    attack: (xml) => underNewRoot(`${signatureOf(xml)}<Old>${unsigned(xml)}</Old>`),
  },
  {
    name: 'the genuine feed in an Object of its signature under a new root',
    code: 'TRUST.SIGNATURE_SHAPE',
    attack: (xml) =>
      underNewRoot(signatureOf(xml).replace('</Signature>', `<Object Id="old">${unsigned(xml)}</Object></Signature>`)),
  },
  {
    name: 'the genuine feed in KeyInfo of its signature under a new root',
    code: 'TRUST.KEY_INFO',
    attack: (xml) => underNewRoot(signatureOf(xml).replace('</KeyInfo>', `${unsigned(xml)}</KeyInfo>`)),
  },
  {
    name: 'the genuine feed twice, of which one is signed',
    code: 'TRUST.SIGNATURE_DIGEST',
    attack: (xml) => underNewRoot(`<Old>${unsigned(xml)}</Old><Old>${unsigned(xml)}</Old>${signatureOf(xml)}`),
  },
]);
