import {createHash, type KeyObject, verify} from 'node:crypto';
import type {CanonicalizationOrTransformationAlgorithmProcessOptions as ProcessOptions, SignedXml} from 'xml-crypto';
import {canonicalize} from './canonicalize.ts';
import {c14n, enveloped, exclusiveC14n} from './signature-shape.ts';

/*
 * The only algorithms there are. xml-crypto looks names up in plain objects that still hold SHA-1 and inherit from
 * Object.prototype, so its tables are replaced by these, which have no prototype. No HMAC: a public key is no secret.
 */

export interface SignatureMethod {
  readonly key: 'rsa' | 'ec';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

const more = 'http://www.w3.org/2001/04/xmldsig-more#';

export const signatureMethods: ReadonlyMap<string, SignatureMethod> = new Map([
  [`${more}rsa-sha256`, {key: 'rsa', hash: 'sha256'}],
  [`${more}rsa-sha384`, {key: 'rsa', hash: 'sha384'}],
  [`${more}rsa-sha512`, {key: 'rsa', hash: 'sha512'}],
  [`${more}ecdsa-sha256`, {key: 'ec', hash: 'sha256'}],
  [`${more}ecdsa-sha384`, {key: 'ec', hash: 'sha384'}],
  [`${more}ecdsa-sha512`, {key: 'ec', hash: 'sha512'}],
]);

export const digestMethods: ReadonlyMap<string, SignatureMethod['hash']> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  [`${more}sha384`, 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export const canonicalizationMethods: ReadonlySet<string> = new Set([c14n, exclusiveC14n]);

const bare = <T>(entries: Iterable<readonly [string, T]>): Record<string, T> =>
  Object.assign(Object.create(null), Object.fromEntries(entries));

/** XMLDSig writes ECDSA values as r and s side by side, unlike certificates (RFC 4051 section 2.3.6). */
const verifier = (uri: string, {hash}: SignatureMethod, key: KeyObject) =>
  class {
    getAlgorithmName(): string {
      return uri;
    }
    getSignature(): string {
      throw new Error('verification never signs');
    }
    // The key is the validated leaf's, bound here: what xml-crypto passes along decides nothing.
    verifySignature(material: string, _key: unknown, value: string): boolean {
      const signature = Buffer.from(value, 'base64');
      return verify(hash, Buffer.from(material), {key, dsaEncoding: 'ieee-p1363'}, signature);
    }
  };

const digester = (uri: string, hash: string) =>
  class {
    getAlgorithmName(): string {
      return uri;
    }
    getHash(xml: string): string {
      return createHash(hash).update(xml, 'utf8').digest('base64');
    }
  };

const canonicalizer = (uri: string, mode: 'inclusive' | 'exclusive', signature: Element) =>
  class {
    includeComments = false;
    getAlgorithmName(): string {
      return uri;
    }
    process(node: Node, {ancestorNamespaces: ancestors = []}: ProcessOptions): string {
      return canonicalize(node, mode, {ancestors, without: signature});
    }
  };

/** Gives the document whose shape was checked, for what xml-crypto has in hand is its surroundings only. */
const envelopedOf = (document: Element) =>
  class {
    includeComments = false;
    getAlgorithmName(): string {
      return enveloped;
    }
    process(): Node {
      return document;
    }
  };

/** What the tables are bound to: what xml-crypto finds or passes along decides nothing. */
export interface Bound {
  readonly method: SignatureMethod;
  readonly methodUri: string;
  readonly key: KeyObject;
  /** The document element, and the signature in it, which its canonical form leaves out. */
  readonly document: Element;
  readonly signature: Element;
}

/** Gives a SignedXml our tables, and nothing else. */
export const useOnlyThese = (signed: SignedXml, {method, methodUri, key, document, signature}: Bound): void => {
  signed.SignatureAlgorithms = bare([[methodUri, verifier(methodUri, method, key)]]);
  signed.HashAlgorithms = bare([...digestMethods].map(([name, hash]) => [name, digester(name, hash)] as const));
  signed.CanonicalizationAlgorithms = Object.assign(Object.create(null), {
    [c14n]: canonicalizer(c14n, 'inclusive', signature),
    [exclusiveC14n]: canonicalizer(exclusiveC14n, 'exclusive', signature),
    [enveloped]: envelopedOf(document),
  });
};
