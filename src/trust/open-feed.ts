import type {Evidence} from './chain.ts';
import {reject} from './reject.ts';
import {parseCertificate} from './x509/certificate.ts';
import {decodeFeed} from './xml/decode.ts';
import {parseDom} from './xml/dom.ts';
import {passLexicalGate} from './xml/lexical-gate.ts';
import {readSignature, type SignatureParts} from './xml/signature-shape.ts';
import {requireWellFormed} from './xml/well-formed.ts';

/** The one certificate that is no authority. More than one would leave open whose key is meant. */
const readEvidence = (parts: SignatureParts): Evidence => {
  const all = parts.certificates.map(parseCertificate);
  if (new Set(all.map((each) => each.sha256)).size !== all.length) {
    reject('TRUST.KEY_INFO', 'KeyInfo holds a certificate twice.');
  }
  const leaves = all.filter(({ca}) => !ca);
  const [leaf] = leaves;
  return leaf && leaves.length === 1
    ? {leaf, others: all.filter((each) => each !== leaf), parts}
    : reject('TRUST.LEAF', `KeyInfo holds ${leaves.length} signer certificates instead of one.`);
};

/** The first stages, in the one order that is safe: nothing in the result is proven yet. */
export const openFeed = (bytes: Uint8Array): Evidence => {
  const text = decodeFeed(bytes);
  passLexicalGate(text);
  requireWellFormed(text);
  return readEvidence(readSignature(parseDom(text)));
};
