import {reject} from '../reject.ts';
import {childNodesOf, dsig, elementsOf, isBlankText} from './dom.ts';
import {limits} from './limits.ts';
import {elementChildren, expectBase64, expectChildren, expectElement, expectEmpty, type ShapeRule} from './shape.ts';

/** What the one signature of the document says of itself. Nothing in it is proven yet. */
export interface SignatureParts {
  readonly element: Element;
  readonly canonicalization: string;
  readonly signatureAlgorithm: string;
  readonly digestAlgorithm: string;
  readonly signatureValue: Uint8Array;
  /** Certificates of KeyInfo in DER: candidates, not authorities. */
  readonly certificates: readonly Uint8Array[];
  readonly keyValue: KeyValue | undefined;
  readonly counterSignature: CounterSignature | undefined;
}

export interface KeyValue {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

export interface CounterSignature {
  readonly certificates: readonly Uint8Array[];
  /** An RFC 3161 token. */
  readonly token: Uint8Array;
}

export const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const timestampNamespace = 'http://schemas.microsoft.com/xmldsig/timestamp/2003';

const rule = (name: string, attributes: readonly string[] = []): ShapeRule => ({namespace: dsig, name, attributes});
const algorithmOf = (element: Element): string => {
  expectEmpty(element);
  return element.getAttribute('Algorithm') ?? '';
};

/** Exactly one element of that name in the document, in whatever namespace, and it is the last child of the root. */
const findSignature = (document: Document): Element => {
  const root = document.documentElement;
  const found = [...elementsOf(root)].filter(({localName}) => localName === 'Signature');
  const [signature] = found;
  if (!signature) return reject('TRUST.NOT_SIGNED', 'The document has no signature.');
  if (found.length > 1)
    return reject('TRUST.SIGNATURE_COUNT', `The document has ${found.length} signatures instead of one.`);
  const last = childNodesOf(root).findLast((node) => !isBlankText(node));
  if (last !== signature) {
    return reject('TRUST.SIGNATURE_PLACE', 'The signature is not the last child of the document element.');
  }
  return signature;
};

const transformsOf = (element: Element): void => {
  const list = elementChildren(element).map((child) =>
    algorithmOf(expectElement(child, rule('Transform', ['Algorithm']))),
  );
  const [first, second, ...rest] = list;
  const known =
    first === enveloped && rest.length === 0 && (second === undefined || second === c14n || second === exclusiveC14n);
  if (!known) reject('TRUST.TRANSFORM', `These transforms are not allowed: ${list.join(', ') || 'none'}.`);
};

/** One reference to the whole document. Its digest algorithm. */
const referenceOf = (reference: Element): string => {
  const uri = reference.getAttribute('URI');
  if (uri !== '') reject('TRUST.REFERENCE', `The signature covers "${uri}" and not the whole document.`);
  const [transforms, method, value] = expectChildren(reference, [
    rule('Transforms'),
    rule('DigestMethod', ['Algorithm']),
    rule('DigestValue'),
  ]);
  if (!transforms || !method || !value) return reject('TRUST.SIGNATURE_SHAPE', 'The reference is incomplete.');
  transformsOf(transforms);
  expectBase64(value);
  return algorithmOf(method);
};

type SignedInfo = Pick<SignatureParts, 'canonicalization' | 'signatureAlgorithm' | 'digestAlgorithm'>;

const signedInfoOf = (element: Element): SignedInfo => {
  const references = elementChildren(element).filter(({localName}) => localName === 'Reference').length;
  if (references !== 1) reject('TRUST.REFERENCE', `The signature has ${references} references instead of one.`);
  const [canonicalization, method, reference] = expectChildren(element, [
    rule('CanonicalizationMethod', ['Algorithm']),
    rule('SignatureMethod', ['Algorithm']),
    rule('Reference', ['URI']),
  ]);
  if (!canonicalization || !method || !reference) return reject('TRUST.SIGNATURE_SHAPE', 'SignedInfo is incomplete.');
  const digestAlgorithm = referenceOf(reference);
  return {canonicalization: algorithmOf(canonicalization), signatureAlgorithm: algorithmOf(method), digestAlgorithm};
};

const certificatesOf = (x509Data: Element): readonly Uint8Array[] => {
  const list = elementChildren(x509Data).map((child) => expectBase64(expectElement(child, rule('X509Certificate'))));
  if (list.length > limits.certificates)
    reject('TRUST.LIMIT', `The signature carries more than ${limits.certificates} certificates.`);
  return list;
};

const keyValueOf = (element: Element): KeyValue => {
  const [rsa] = expectChildren(expectElement(element, rule('KeyValue')), [rule('RSAKeyValue')]);
  const [modulus, exponent] = rsa ? expectChildren(rsa, [rule('Modulus'), rule('Exponent')]) : [];
  return modulus && exponent
    ? {modulus: expectBase64(modulus), exponent: expectBase64(exponent)}
    : reject('TRUST.SIGNATURE_SHAPE', 'KeyValue is incomplete.');
};

/** Certificates, and before them a key value that may repeat the signer's key. No names, no retrieval, no CRLs. */
const keyInfoOf = (element: Element): Pick<SignatureParts, 'certificates' | 'keyValue'> => {
  const list = elementChildren(element);
  const [first, second] = list;
  const data = list.at(-1);
  if (!first || !data || list.length > 2 || data.localName !== 'X509Data') {
    return reject('TRUST.KEY_INFO', 'KeyInfo must hold X509Data and, before it, at most one KeyValue.');
  }
  const keyValue = second ? keyValueOf(first) : undefined;
  return {certificates: certificatesOf(expectElement(data, rule('X509Data'))), keyValue};
};

const counterSignatureOf = (element: Element): CounterSignature => {
  if (element.getAttribute('Id') !== 'ts-countersig')
    reject('TRUST.SIGNATURE_SHAPE', 'Object is not a counter-signature.');
  const [data, token] = expectChildren(element, [
    rule('X509Data'),
    {namespace: timestampNamespace, name: 'CounterSignature', attributes: ['ts-format']},
  ]);
  if (!data || !token || token.getAttribute('ts-format') !== 'cms-timestamp-message') {
    return reject('TRUST.SIGNATURE_SHAPE', 'The counter-signature has an unknown format.');
  }
  return {certificates: certificatesOf(data), token: expectBase64(token)};
};

/** Reads the signature by a closed grammar: nothing but these elements, in this order, in this namespace. */
export const readSignature = (document: Document): SignatureParts => {
  const element = expectElement(findSignature(document), rule('Signature'));
  const list = elementChildren(element);
  const rules = [rule('SignedInfo'), rule('SignatureValue'), rule('KeyInfo'), rule('Object', ['Id'])];
  const [info, value, keyInfo, object] = expectChildren(element, rules.slice(0, list.length === 4 ? 4 : 3));
  if (!info || !value || !keyInfo) return reject('TRUST.SIGNATURE_SHAPE', 'The signature is incomplete.');
  return {
    element,
    ...signedInfoOf(info),
    signatureValue: expectBase64(value),
    ...keyInfoOf(keyInfo),
    counterSignature: object && counterSignatureOf(object),
  };
};
