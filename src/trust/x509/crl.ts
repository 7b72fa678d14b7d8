import {sha256} from '../../kit/hash.ts';
import {isRefusal} from '../../kit/refusal.ts';
import {reject} from '../reject.ts';
import {type Algorithm, algorithmOf} from './certificate.ts';
import {type Asn1, bitBytes, boolean, hexOf, integer, malformed, namedBitsOf, parseDer, sequence, time} from './der.ts';
import {authorityKeyIdOf, extensionsOf, extensionValue, generalNamesOf, pointNames} from './extensions.ts';
import type {GeneralName} from './general-name.ts';
import {type Name, nameOf} from './name.ts';

/** RFC 5280 section 5.2.5: which part of the certificates and reasons a CRL covers. */
export interface CrlScope {
  readonly names: readonly GeneralName[] | undefined;
  readonly onlyUsers: boolean;
  readonly onlyAuthorities: boolean;
  readonly onlyAttributes: boolean;
  readonly onlySomeReasons: ReadonlySet<number> | undefined;
  readonly indirect: boolean;
  /** The extension's bytes: a delta must have the same as its base. */
  readonly raw: string;
}

export interface CrlEntry {
  readonly revokedAt: Date;
  /** CRLReason; 0 unspecified, 1 keyCompromise, 6 certificateHold, 8 removeFromCRL. */
  readonly reason: number;
}

export interface Crl {
  readonly sha256: string;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
  readonly number: bigint | undefined;
  /** BaseCRLNumber of a delta CRL. */
  readonly baseNumber: bigint | undefined;
  readonly authorityKeyId: string | undefined;
  readonly scope: CrlScope | undefined;
  readonly entries: ReadonlyMap<string, CrlEntry>;
  /** Why the CRL must not decide anything, such as a critical extension that is not known here. */
  readonly unusable: string | undefined;
}

export const entryKey = (issuer: Name, serial: string): string => `${serial} ${issuer.key}`;

const scopeOf = (node: Asn1, issuer: Name): CrlScope => {
  const parts = sequence(node);
  const part = (tag: string): Asn1 | undefined => parts.find((each) => each.tag === tag);
  const flag = (tag: string): boolean => {
    const found = part(tag);
    return found !== undefined && boolean({...found, tag: '1'});
  };
  const reasons = part('[3]');
  return {
    names: pointNames(part('[0]'), issuer),
    onlyUsers: flag('[1]'),
    onlyAuthorities: flag('[2]'),
    onlySomeReasons: reasons && namedBitsOf(reasons.content),
    indirect: flag('[4]'),
    onlyAttributes: flag('[5]'),
    raw: hexOf(node.bytes),
  };
};

interface EntryList {
  readonly entries: Map<string, CrlEntry>;
  readonly unusable: string | undefined;
}

/** Entries in their order: certificateIssuer holds for all entries that follow it, section 5.3.3. */
const entriesOf = (list: readonly Asn1[], crlIssuer: Name, indirect: boolean): EntryList => {
  const entries = new Map<string, CrlEntry>();
  let unusable: string | undefined;
  let issuer = crlIssuer;
  for (const node of list) {
    const [serial, date, extensionsNode] = sequence(node);
    let reason = 0;
    for (const {oid, critical, content} of extensionsNode ? extensionsOf(extensionsNode) : []) {
      if (oid === '2.5.29.21') reason = parseDer(content, 'reasonCode').content[0] ?? 0;
      else if (oid === '2.5.29.29') {
        const directory = generalNamesOf(parseDer(content, 'certificateIssuer')).find(
          (name) => name.kind === 'directory',
        );
        if (!indirect) unusable = 'an entry of another issuer in a CRL that is not indirect';
        else issuer = directory?.name ?? malformed('certificateIssuer');
      } else if (critical && oid !== '2.5.29.24')
        unusable = `a critical entry extension that is not known here (${oid})`;
    }
    entries.set(entryKey(issuer, integer(serial).toString(16)), {revokedAt: time(date), reason});
  }
  return {entries, unusable};
};

const processed = new Set(['2.5.29.18', '2.5.29.20', '2.5.29.27', '2.5.29.28', '2.5.29.35', '2.5.29.46']);

const isTime = (node: Asn1 | undefined): boolean => node?.tag === '23' || node?.tag === '24';

const read = (der: Uint8Array): Crl => {
  const [tbsNode, outer, signature] = sequence(parseDer(der, 'a CRL'));
  if (!tbsNode) return malformed('not a CertificateList');
  const parts = [...sequence(tbsNode)];
  if (parts[0]?.tag === '2') parts.shift();
  const [inner, issuerNode, thisUpdate, ...rest] = parts;
  const issuer = nameOf(issuerNode);
  const signatureAlgorithm = algorithmOf(outer);
  if (hexOf(algorithmOf(inner).bytes) !== hexOf(signatureAlgorithm.bytes)) malformed('two signature algorithms');
  const nextUpdate = isTime(rest[0]) ? rest.shift() : undefined;
  const revoked = rest[0]?.tag === '16' ? sequence(rest.shift()) : [];
  const list = rest[0]?.tag === '[0]' ? extensionsOf(rest[0].children[0]) : [];
  const value = <T>(id: string, from: (node: Asn1) => T): T | undefined => extensionValue(list, id, from);
  const scope = value('2.5.29.28', (node) => scopeOf(node, issuer));
  const unknown = list.find(({oid, critical}) => critical && !processed.has(oid));
  const {entries, unusable} = entriesOf(revoked, issuer, scope?.indirect ?? false);
  return {
    sha256: sha256(der),
    issuer,
    thisUpdate: time(thisUpdate),
    nextUpdate: nextUpdate && time(nextUpdate),
    tbs: tbsNode.bytes,
    signatureAlgorithm,
    signature: bitBytes(signature),
    number: value('2.5.29.20', integer),
    baseNumber: value('2.5.29.27', integer),
    authorityKeyId: value('2.5.29.35', authorityKeyIdOf),
    scope,
    entries,
    unusable: unknown ? `a critical extension that is not known here (${unknown.oid})` : unusable,
  };
};

/** @throws Refusal TRUST.CERTIFICATE_MALFORMED */
export const parseCrl = (der: Uint8Array): Crl => {
  try {
    return read(der);
  } catch (error) {
    if (isRefusal(error)) throw error;
    return reject(
      'TRUST.CERTIFICATE_MALFORMED',
      `A CRL cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
};
