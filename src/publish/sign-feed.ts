import {createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate} from 'node:crypto';
import {type SignatureAlgorithm, SignedXml} from 'xml-crypto';
import {Refusal} from '../kit/refusal.ts';
import {pemBodies} from './pem.ts';

export interface Signer {
  readonly keyPem: string;
  /** The signer's certificate first, then its authorities. */
  readonly certificateChainPem: string;
}

const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const hashOfCurve: Readonly<Record<string, string>> = {prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512'};

const refuse = (message: string, cause?: unknown): never => {
  throw new Refusal('PUBLISH.SIGNER', message, {cause});
};

const readKey = (pem: string): KeyObject => {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    return refuse('The signing key cannot be read; it must be a PEM file without a password.', error);
  }
};

const readLeaf = (body: string | undefined): X509Certificate => {
  try {
    return new X509Certificate(Buffer.from(body ?? '', 'base64'));
  } catch (error) {
    return refuse('The certificate chain holds no certificate that can be read.', error);
  }
};

interface Method {
  readonly uri: string;
  readonly hash: string;
}

const methodOf = (key: KeyObject): Method => {
  const hash = key.asymmetricKeyType === 'ec' ? hashOfCurve[key.asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
  if (key.asymmetricKeyType === 'rsa') return {uri: `${more}rsa-sha256`, hash: 'sha256'};
  return hash === undefined
    ? refuse('The signing key must be RSA, or EC on P-256, P-384 or P-521.')
    : {uri: `${more}ecdsa-${hash}`, hash};
};

/** xml-crypto knows neither ECDSA nor how XMLDSig writes it (r and s side by side). */
const signerClass = ({uri, hash}: Method, key: KeyObject): (new () => SignatureAlgorithm) =>
  class {
    getAlgorithmName(): string {
      return uri;
    }
    getSignature(info: unknown): string {
      return sign(hash, Buffer.from(String(info)), {key, dsaEncoding: 'ieee-p1363'}).toString('base64');
    }
    verifySignature(): boolean {
      throw new Error('signing never verifies');
    }
  };

const samePublicKey = (key: KeyObject, {publicKey}: X509Certificate): boolean => createPublicKey(key).equals(publicKey);

/** The feed with an enveloped signature of the genuine feed's shape: one reference to the whole document, X509Data. */
export const signFeed = (xml: string, {keyPem, certificateChainPem}: Signer): string => {
  if (/<(?:[\w.-]+:)?Signature[\s>]/.test(xml)) refuse('The feed is signed already.');
  const key = readKey(keyPem);
  const bodies = pemBodies(certificateChainPem);
  if (!samePublicKey(key, readLeaf(bodies[0])))
    refuse('The key does not belong to the first certificate of the chain.');
  const method = methodOf(key);
  const certificates = bodies.map((body) => `<X509Certificate>${body}</X509Certificate>`).join('');
  const signed = new SignedXml({
    privateKey: key,
    signatureAlgorithm: method.uri,
    canonicalizationAlgorithm: c14n,
    getKeyInfoContent: () => `<X509Data>${certificates}</X509Data>`,
  });
  signed.SignatureAlgorithms = {[method.uri]: signerClass(method, key)};
  signed.addReference({
    xpath: '/*',
    uri: '',
    isEmptyUri: true,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', c14n],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signed.computeSignature(xml, {location: {reference: '/*', action: 'append'}});
  return signed.getSignedXml();
};
