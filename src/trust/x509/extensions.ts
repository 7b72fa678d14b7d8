import {
  type Asn1,
  boolean,
  children,
  countOf,
  hexOf,
  integer,
  malformed,
  namedBits,
  namedBitsOf,
  octets,
  oid,
  parseDer,
  sequence,
} from './der.ts';
import {type GeneralName, generalNameOf} from './general-name.ts';
import {type Name, nameBelow} from './name.ts';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The content of extnValue; parsed only by whoever knows the extension, others may hold anything. */
  readonly content: Uint8Array;
}

/** Bits of keyUsage, RFC 5280 section 4.2.1.3. */
export const keyUsageBit = {digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, crlSign: 6} as const;

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export interface PolicyMapping {
  readonly issuerDomain: string;
  readonly subjectDomain: string;
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/** Where a CRL for a certificate is found and what it covers, RFC 5280 section 4.2.1.13. */
export interface DistributionPoint {
  /** Full names; a relative name is resolved already. */
  readonly names: readonly GeneralName[] | undefined;
  /** Bits of ReasonFlags; undefined: all. */
  readonly reasons: ReadonlySet<number> | undefined;
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

/** Extensions ::= SEQUENCE OF Extension; one type at most once (RFC 5280 section 4.2). */
export const extensionsOf = (node: Asn1 | undefined): readonly Extension[] => {
  const list = sequence(node).map((entry): Extension => {
    const parts = sequence(entry);
    const critical = parts.length === 3 ? boolean(parts[1]) : false;
    if (parts.length !== 2 && parts.length !== 3) malformed('an extension');
    return {oid: oid(parts[0]), critical, content: octets(parts.at(-1))};
  });
  const seen = new Set(list.map((extension) => extension.oid));
  return seen.size === list.length ? list : malformed('an extension stands twice');
};

/** The value of one extension, read by `from`; undefined where it is absent. */
export const extensionValue = <T>(list: readonly Extension[], id: string, from: (node: Asn1) => T): T | undefined => {
  const found = list.find((each) => each.oid === id);
  return found && from(parseDer(found.content, `the extension ${id}`));
};

export const basicConstraintsOf = (node: Asn1): {ca: boolean; pathLength: number | undefined} => {
  const parts = [...sequence(node)];
  const ca = parts[0]?.tag === '1' ? boolean(parts.shift()) : false;
  const length = parts.shift();
  if (parts.length > 0) malformed('basicConstraints');
  return {
    ca,
    pathLength: length === undefined ? undefined : countOf(length.tag === '2' ? length.content : malformed('pathLen')),
  };
};

export const generalNamesOf = (node: Asn1): readonly GeneralName[] => sequence(node).map(generalNameOf);

const subtreesOf = (node: Asn1 | undefined): readonly GeneralName[] =>
  (node?.children ?? []).map((subtree) => {
    const [base, ...bounds] = sequence(subtree);
    // minimum must be 0 (its default, so absent in DER) and maximum absent: section 4.2.1.10
    if (bounds.some((bound) => bound.tag !== '[0]' || hexOf(bound.content) !== '00')) malformed('bounds of a subtree');
    return base ? generalNameOf(base) : malformed('a subtree without a base');
  });

export const nameConstraintsOf = (node: Asn1): NameConstraints => {
  const parts = sequence(node);
  return {
    permitted: subtreesOf(parts.find(({tag}) => tag === '[0]')),
    excluded: subtreesOf(parts.find(({tag}) => tag === '[1]')),
  };
};

export const policiesOf = (node: Asn1): readonly string[] => {
  const list = sequence(node).map((policy) => oid(sequence(policy)[0]));
  return new Set(list).size === list.length ? list : malformed('a policy stands twice');
};

export const policyMappingsOf = (node: Asn1): readonly PolicyMapping[] =>
  sequence(node).map((mapping) => {
    const [issuer, subject] = sequence(mapping);
    return {issuerDomain: oid(issuer), subjectDomain: oid(subject)};
  });

const skipCount = (node: Asn1 | undefined): number | undefined =>
  node === undefined ? undefined : countOf(node.content);

export const policyConstraintsOf = (node: Asn1): PolicyConstraints => {
  const parts = sequence(node);
  return {
    requireExplicitPolicy: skipCount(parts.find(({tag}) => tag === '[0]')),
    inhibitPolicyMapping: skipCount(parts.find(({tag}) => tag === '[1]')),
  };
};

export const inhibitAnyPolicyOf = (node: Asn1): number => Number(integer(node));

export const keyUsageOf = (node: Asn1): ReadonlySet<number> => namedBits(node);

export const extendedKeyUsageOf = (node: Asn1): readonly string[] => sequence(node).map(oid);

/** DistributionPointName ::= CHOICE {fullName [0], nameRelativeToCRLIssuer [1]}, both implicitly tagged. */
export const pointNames = (node: Asn1 | undefined, base: Name | undefined): readonly GeneralName[] | undefined => {
  if (node === undefined) return undefined;
  const choice = node.children[0];
  if (choice?.tag === '[0]') return choice.children.map(generalNameOf);
  if (choice?.tag !== '[1]' || !base) return malformed('the name of a distribution point');
  return [{kind: 'directory', name: nameBelow(base, choice.children)}];
};

export const distributionPointsOf = (node: Asn1, issuer: Name): readonly DistributionPoint[] =>
  sequence(node).map((point) => {
    const parts = sequence(point);
    const part = (tag: string): Asn1 | undefined => parts.find((each) => each.tag === tag);
    const crlIssuer = part('[2]')?.children.map(generalNameOf);
    const directory = crlIssuer?.find((name) => name.kind === 'directory');
    const reasons = part('[1]');
    return {
      names: pointNames(part('[0]'), directory?.name ?? issuer),
      reasons: reasons && namedBitsOf(reasons.content),
      crlIssuer,
    };
  });

/** Locations of one access method in authorityInfoAccess. */
export const accessLocations = (node: Asn1, method: string): readonly string[] =>
  sequence(node).flatMap((description) => {
    const [type, location] = sequence(description);
    const name = location && oid(type) === method ? generalNameOf(location) : undefined;
    return name?.kind === 'uri' ? [name.value] : [];
  });

/** keyIdentifier [0] of authorityKeyIdentifier, as hexadecimal digits. */
export const authorityKeyIdOf = (node: Asn1): string | undefined => {
  const key = children(node, '16').find(({tag}) => tag === '[0]');
  return key && hexOf(key.content);
};
