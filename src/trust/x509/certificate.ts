import {sha256} from '../../kit/hash.ts';
import {isRefusal} from '../../kit/refusal.ts';
import {reject} from '../reject.ts';
import {type Asn1, bitBytes, hexOf, integer, malformed, octets, oid, parseDer, sequence, time} from './der.ts';
import * as extension from './extensions.ts';
import type {GeneralName} from './general-name.ts';
import {type Name, nameOf} from './name.ts';

/** AlgorithmIdentifier. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Asn1 | undefined;
  readonly bytes: Uint8Array;
}

/** An X.509 certificate as far as path validation looks at it, RFC 5280 section 4. Nothing in it is proven. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly sha256: string;
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The bytes that the signature is made over. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
  /** The key alone, whose SHA-1 OCSP names an issuer by. */
  readonly keyBytes: Uint8Array;
  readonly ca: boolean;
  readonly hasBasicConstraints: boolean;
  readonly pathLength: number | undefined;
  readonly keyUsage: ReadonlySet<number> | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly extendedKeyUsageCritical: boolean;
  readonly subjectAltNames: readonly GeneralName[];
  readonly nameConstraints: extension.NameConstraints | undefined;
  readonly policies: readonly string[] | undefined;
  readonly policyMappings: readonly extension.PolicyMapping[];
  readonly policyConstraints: extension.PolicyConstraints | undefined;
  readonly inhibitAnyPolicy: number | undefined;
  readonly distributionPoints: readonly extension.DistributionPoint[];
  readonly ocspUrls: readonly string[];
  readonly ocspNoCheck: boolean;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** Critical extensions that nothing here processes: the certificate must not be used. */
  readonly unknownCritical: readonly string[];
}

export const algorithmOf = (node: Asn1 | undefined): Algorithm => {
  const [id, parameters] = sequence(node);
  return {oid: oid(id), parameters, bytes: node?.bytes ?? malformed('an algorithm')};
};

/** Everything whose meaning is enforced somewhere in this folder. */
const processed = new Set([
  '2.5.29.14',
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.5.29.30',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.33',
  '2.5.29.35',
  '2.5.29.36',
  '2.5.29.37',
  '2.5.29.54',
  '1.3.6.1.5.5.7.1.1',
  '1.3.6.1.5.5.7.48.1.5',
]);

const ocspMethod = '1.3.6.1.5.5.7.48.1';

const read = (der: Uint8Array): Certificate => {
  const [tbsNode, outer, signature, ...rest] = sequence(parseDer(der, 'a certificate'));
  if (!tbsNode || rest.length > 0) return malformed('not a Certificate');
  const parts = [...sequence(tbsNode)];
  const version = parts[0]?.tag === '[0]' ? integer(parts.shift()?.children[0]) : 0n;
  const [serial, inner, issuerNode, validity, subjectNode, spkiNode, ...optional] = parts;
  const signatureAlgorithm = algorithmOf(outer);
  // Section 4.1.1.2: the algorithm outside is not signed, so it must repeat the one inside.
  if (hexOf(algorithmOf(inner).bytes) !== hexOf(signatureAlgorithm.bytes)) malformed('two signature algorithms');
  const issuer = nameOf(issuerNode);
  const extensionsNode = optional.find(({tag}) => tag === '[3]');
  if (extensionsNode && version !== 2n) malformed('extensions in a certificate that is not version 3');
  const list = extensionsNode ? extension.extensionsOf(extensionsNode.children[0]) : [];
  const value = <T>(id: string, from: (node: Asn1) => T): T | undefined => extension.extensionValue(list, id, from);
  const basic = value('2.5.29.19', extension.basicConstraintsOf);
  const [notBefore, notAfter] = sequence(validity);
  return {
    der,
    sha256: sha256(der),
    serial: integer(serial).toString(16),
    issuer,
    subject: nameOf(subjectNode),
    notBefore: time(notBefore),
    notAfter: time(notAfter),
    tbs: tbsNode.bytes,
    signatureAlgorithm,
    signature: bitBytes(signature),
    spki: spkiNode?.bytes ?? malformed('no key'),
    keyBytes: bitBytes(sequence(spkiNode)[1]),
    ca: basic?.ca ?? false,
    hasBasicConstraints: basic !== undefined,
    pathLength: basic?.pathLength,
    keyUsage: value('2.5.29.15', extension.keyUsageOf),
    extendedKeyUsage: value('2.5.29.37', extension.extendedKeyUsageOf),
    extendedKeyUsageCritical: list.some((each) => each.oid === '2.5.29.37' && each.critical),
    subjectAltNames: value('2.5.29.17', extension.generalNamesOf) ?? [],
    nameConstraints: value('2.5.29.30', extension.nameConstraintsOf),
    policies: value('2.5.29.32', extension.policiesOf),
    policyMappings: value('2.5.29.33', extension.policyMappingsOf) ?? [],
    policyConstraints: value('2.5.29.36', extension.policyConstraintsOf),
    inhibitAnyPolicy: value('2.5.29.54', extension.inhibitAnyPolicyOf),
    distributionPoints: value('2.5.29.31', (node) => extension.distributionPointsOf(node, issuer)) ?? [],
    ocspUrls: value('1.3.6.1.5.5.7.1.1', (node) => extension.accessLocations(node, ocspMethod)) ?? [],
    ocspNoCheck: list.some((each) => each.oid === '1.3.6.1.5.5.7.48.1.5'),
    subjectKeyId: value('2.5.29.14', (node) => hexOf(octets(node))),
    authorityKeyId: value('2.5.29.35', extension.authorityKeyIdOf),
    unknownCritical: list.filter(({oid: id, critical}) => critical && !processed.has(id)).map(({oid: id}) => id),
  };
};

const largest = 64 * 1024;

/** @throws Refusal TRUST.CERTIFICATE_MALFORMED */
export const parseCertificate = (der: Uint8Array): Certificate => {
  if (der.length > largest) reject('TRUST.CERTIFICATE_MALFORMED', 'A certificate is larger than 64 KiB.');
  try {
    return read(der);
  } catch (error) {
    if (isRefusal(error)) throw error;
    return reject(
      'TRUST.CERTIFICATE_MALFORMED',
      `A certificate cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
};

/** RFC 5280: issued by an authority to itself. */
export const isSelfIssued = ({issuer, subject}: Certificate): boolean => issuer.key === subject.key;
