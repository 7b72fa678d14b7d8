import type {KeyObject} from 'node:crypto';
import {SignedXml} from 'xml-crypto';
import {reject} from '../reject.ts';
import {
  canonicalizationMethods,
  digestMethods,
  type SignatureMethod,
  signatureMethods,
  useOnlyThese,
} from './algorithms.ts';
import {escapeAttribute} from './canonicalize.ts';
import {isElement} from './dom.ts';
import type {SignatureParts} from './signature-shape.ts';

/** The method of the signature, if all three algorithms are allowed and fit the key. */
const allowedMethod = (parts: SignatureParts, key: KeyObject): SignatureMethod => {
  const method = signatureMethods.get(parts.signatureAlgorithm);
  if (!method)
    return reject('TRUST.ALGORITHM', `The signature algorithm "${parts.signatureAlgorithm}" is not allowed.`);
  if (!digestMethods.has(parts.digestAlgorithm)) {
    return reject('TRUST.ALGORITHM', `The digest algorithm "${parts.digestAlgorithm}" is not allowed.`);
  }
  if (!canonicalizationMethods.has(parts.canonicalization)) {
    return reject('TRUST.ALGORITHM', `The canonicalization "${parts.canonicalization}" is not allowed.`);
  }
  return key.asymmetricKeyType === method.key
    ? method
    : reject(
        'TRUST.ALGORITHM',
        `The signature says ${method.key} but the signer has a key of type ${key.asymmetricKeyType}.`,
      );
};

const declarationsOf = (element: Element): string =>
  Array.from(element.attributes)
    .filter(({name}) => name === 'xmlns' || name.startsWith('xmlns:'))
    .map(({name, value}) => ` ${name}="${escapeAttribute(value)}"`)
    .join('');

/**
 * The document as far as xml-crypto needs it: the elements around SignedInfo with the namespaces that they declare. It
 * would parse the whole text a second time and look through it by XPath, which is a second opinion on what was checked
 * and takes quadratic time. What is digested is the checked document itself, by our own transform.
 */
const surroundings = (document: Element, signature: Element): string =>
  `<${document.tagName}${declarationsOf(document)}><${signature.tagName}${declarationsOf(signature)}><SignedInfo/></${signature.tagName}></${document.tagName}>`;

const run = (parts: SignatureParts, method: SignatureMethod, key: KeyObject): readonly string[] => {
  const {element: signature, signatureAlgorithm: methodUri} = parts;
  const document = signature.parentNode;
  if (!isElement(document)) return reject('TRUST.SIGNATURE_PLACE', 'The signature is in no document.');
  const signed = new SignedXml({publicCert: key, getCertFromKeyInfo: () => null});
  useOnlyThese(signed, {method, methodUri, key, document, signature});
  signed.loadSignature(signature);
  const sameReading =
    signed.signatureAlgorithm === methodUri && signed.canonicalizationAlgorithm === parts.canonicalization;
  if (!sameReading) reject('TRUST.SIGNATURE_SHAPE', 'The signature was read in two ways.');
  if (signed.checkSignature(surroundings(document, signature)) !== true) {
    return reject('TRUST.SIGNATURE_DIGEST', 'The content is not what was signed: its digest differs.');
  }
  return signed.getSignedReferences();
};

/**
 * Checks the signature with the key of the validated leaf and gives back the canonical bytes of the one reference, the
 * only part of the document that anyone may read from here on.
 */
export const checkSignature = (parts: SignatureParts, key: KeyObject): string => {
  const method = allowedMethod(parts, key);
  let references: readonly string[];
  try {
    references = run(parts, method, key);
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') throw error;
    return reject('TRUST.SIGNATURE_VALUE', 'The signature was not made by the key of the signer.');
  }
  const [signed, ...rest] = references;
  // An empty canonical form would be a valid digest of nothing.
  return signed && rest.length === 0 ? signed : reject('TRUST.REFERENCE', 'The signature covers nothing.');
};
