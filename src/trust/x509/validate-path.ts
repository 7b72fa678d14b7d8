import type {TrustCode} from '../reject.ts';
import {type Certificate, isSelfIssued} from './certificate.ts';
import {keyUsageBit} from './extensions.ts';
import {admitsNames, type ConstraintState, constrain, unconstrained} from './name-constraints.ts';
import {
  acceptsPolicy,
  anyPolicy,
  assertPolicies,
  initialPolicies,
  mapPolicies,
  type PolicyLevel,
} from './policy-graph.ts';
import {type AlgorithmPolicy, keyWeakness, publicKeyOf, schemeOf, verifyRaw} from './signature.ts';

export interface PolicyInputs {
  readonly acceptable: readonly string[];
  readonly explicit: boolean;
  readonly inhibitMapping: boolean;
  readonly inhibitAny: boolean;
}

export const anyPolicyInputs: PolicyInputs = {
  acceptable: [anyPolicy],
  explicit: false,
  inhibitMapping: false,
  inhibitAny: false,
};

export interface PathRules {
  readonly at: Date;
  /** All of them must stand in the leaf; anyExtendedKeyUsage does not count there. Empty: not checked. */
  readonly extendedKeyUsages: readonly string[];
  /** Bits of keyUsage of which the leaf must have one, if it has keyUsage at all. Empty: not checked. */
  readonly leafKeyUsages: readonly number[];
  readonly algorithms: AlgorithmPolicy;
  readonly policies: PolicyInputs;
}

/** From the certificate that the anchor issued down to the leaf, and the anchor, which is pinned and not judged here. */
export interface CertificatePath {
  readonly anchor: Certificate;
  readonly certificates: readonly Certificate[];
}

export interface Fault {
  readonly code: TrustCode;
  readonly reason: string;
}

interface State {
  readonly issuer: Certificate;
  readonly constraints: ConstraintState;
  readonly level: PolicyLevel;
  readonly explicitPolicy: number;
  readonly policyMapping: number;
  readonly inhibitAny: number;
  readonly maxPathLength: number;
}

const anyExtendedKeyUsage = '2.5.29.37.0';

const fault = (code: TrustCode, {subject}: Certificate, detail: string): Fault => ({
  code,
  reason: `The certificate "${subject.text}" ${detail}.`,
});

export const outOfDate = (certificate: Certificate, at: Date): Fault | undefined => {
  if (at > certificate.notAfter) {
    return fault('TRUST.CERTIFICATE_EXPIRED', certificate, `expired on ${certificate.notAfter.toISOString()}`);
  }
  if (at < certificate.notBefore) {
    const from = certificate.notBefore.toISOString();
    return fault('TRUST.CERTIFICATE_NOT_YET_VALID', certificate, `is valid only from ${from}`);
  }
  return undefined;
};

const badSignature = (certificate: Certificate, issuer: Certificate, rules: PathRules): Fault | undefined => {
  const key = publicKeyOf(issuer.spki);
  const weakness = keyWeakness(key, rules.algorithms);
  if (weakness !== undefined) return fault('TRUST.CERTIFICATE_ALGORITHM', issuer, `has ${weakness}`);
  if (!schemeOf(certificate.signatureAlgorithm)) {
    const detail = `is signed with an algorithm that does not count (${certificate.signatureAlgorithm.oid})`;
    return fault('TRUST.CERTIFICATE_ALGORITHM', certificate, detail);
  }
  return verifyRaw(certificate.signatureAlgorithm, key, certificate.tbs, certificate.signature) === 'valid'
    ? undefined
    : fault('TRUST.CERTIFICATE_SIGNATURE', certificate, `was not signed by "${issuer.subject.text}"`);
};

/** RFC 5280 section 6.1.3 (a) to (c), and what every certificate must meet. */
const basicFault = (certificate: Certificate, state: State, rules: PathRules, last: boolean): Fault | undefined => {
  if (certificate.issuer.key !== state.issuer.subject.key) {
    return fault('TRUST.CHAIN_UNTRUSTED', certificate, `was not issued by "${state.issuer.subject.text}"`);
  }
  const early = badSignature(certificate, state.issuer, rules) ?? outOfDate(certificate, rules.at);
  if (early) return early;
  if (certificate.unknownCritical.length > 0) {
    const list = certificate.unknownCritical.join(', ');
    return fault('TRUST.CRITICAL_EXTENSION', certificate, `has a critical extension that is not known here (${list})`);
  }
  if ((last || !isSelfIssued(certificate)) && !admitsNames(certificate, state.constraints)) {
    return fault('TRUST.NAME_CONSTRAINTS', certificate, 'has a name that its authorities may not certify');
  }
  return undefined;
};

/** Section 6.1.4 (a) and (k) to (n): may this certificate issue the next one? */
const authorityFault = (certificate: Certificate, state: State, rules: PathRules): Fault | undefined => {
  if (
    certificate.policyMappings.some(
      ({issuerDomain, subjectDomain}) => issuerDomain === anyPolicy || subjectDomain === anyPolicy,
    )
  ) {
    return fault('TRUST.POLICY', certificate, 'maps a policy to or from anyPolicy');
  }
  if (!certificate.ca)
    return fault('TRUST.NOT_A_CA', certificate, 'is not an authority and issued another certificate');
  if (!isSelfIssued(certificate) && state.maxPathLength <= 0) {
    return fault('TRUST.PATH_LENGTH', certificate, 'stands deeper than an authority above it allows');
  }
  if (certificate.keyUsage && !certificate.keyUsage.has(keyUsageBit.keyCertSign)) {
    return fault('TRUST.KEY_USAGE', certificate, 'has a key that may not sign certificates');
  }
  const usages = certificate.extendedKeyUsage;
  const missing =
    usages && !usages.includes(anyExtendedKeyUsage) && rules.extendedKeyUsages.find((id) => !usages.includes(id));
  return missing ? fault('TRUST.EKU_MISSING', certificate, `may not issue for the purpose ${missing}`) : undefined;
};

const leafFault = (leaf: Certificate, rules: PathRules): Fault | undefined => {
  const {keyUsage} = leaf;
  if (keyUsage && rules.leafKeyUsages.length > 0 && !rules.leafKeyUsages.some((bit) => keyUsage.has(bit))) {
    return fault('TRUST.KEY_USAGE', leaf, 'has a key that may not sign documents');
  }
  const missing = rules.extendedKeyUsages.find((id) => !leaf.extendedKeyUsage?.includes(id));
  if (missing) return fault('TRUST.EKU_MISSING', leaf, `lacks the extended key usage ${missing}`);
  const weakness = keyWeakness(publicKeyOf(leaf.spki), rules.algorithms);
  return weakness === undefined ? undefined : fault('TRUST.CERTIFICATE_ALGORITHM', leaf, `has ${weakness}`);
};

const lower = (count: number, to: number | undefined): number => (to === undefined ? count : Math.min(count, to));

/** Section 6.1.4: the state that the next certificate is judged in. */
const nextState = (certificate: Certificate, state: State, level: PolicyLevel): State => {
  const step = isSelfIssued(certificate) ? 0 : 1;
  const count = (value: number): number => Math.max(0, value - step);
  return {
    issuer: certificate,
    constraints: certificate.nameConstraints
      ? constrain(state.constraints, certificate.nameConstraints)
      : state.constraints,
    level: mapPolicies(level, certificate.policyMappings, state.policyMapping > 0),
    explicitPolicy: lower(count(state.explicitPolicy), certificate.policyConstraints?.requireExplicitPolicy),
    policyMapping: lower(count(state.policyMapping), certificate.policyConstraints?.inhibitPolicyMapping),
    inhibitAny: lower(count(state.inhibitAny), certificate.inhibitAnyPolicy),
    maxPathLength: lower(state.maxPathLength - step, certificate.pathLength),
  };
};

/** Section 6.1.5 (a), (b) and (g). */
const wrapUp = (leaf: Certificate, state: State, level: PolicyLevel, rules: PathRules): Fault | undefined => {
  const counted = Math.max(0, state.explicitPolicy - 1);
  const explicit = leaf.policyConstraints?.requireExplicitPolicy === 0 ? 0 : counted;
  return explicit > 0 || acceptsPolicy(level, rules.policies.acceptable)
    ? leafFault(leaf, rules)
    : fault('TRUST.POLICY', leaf, 'is not issued under a certificate policy that is required');
};

const initialState = ({anchor, certificates}: CertificatePath, {policies}: PathRules): State => {
  const never = certificates.length + 1;
  return {
    issuer: anchor,
    constraints: unconstrained,
    level: initialPolicies,
    explicitPolicy: policies.explicit ? 0 : never,
    policyMapping: policies.inhibitMapping ? 0 : never,
    inhibitAny: policies.inhibitAny ? 0 : never,
    maxPathLength: certificates.length,
  };
};

/** RFC 5280 section 6.1 over one path. `undefined`: nothing speaks against it. Revocation is another question. */
export const validatePath = (path: CertificatePath, rules: PathRules): Fault | undefined => {
  let state = initialState(path, rules);
  for (const [index, certificate] of path.certificates.entries()) {
    const last = index === path.certificates.length - 1;
    const basic = basicFault(certificate, state, rules, last);
    if (basic) return basic;
    const anyCounts = state.inhibitAny > 0 || (!last && isSelfIssued(certificate));
    const level = assertPolicies(state.level, certificate.policies, anyCounts);
    if (state.explicitPolicy === 0 && level.length === 0) {
      return fault('TRUST.POLICY', certificate, 'is not issued under a certificate policy that is required');
    }
    if (last) return wrapUp(certificate, state, level, rules);
    const authority = authorityFault(certificate, state, rules);
    if (authority) return authority;
    state = nextState(certificate, state, level);
  }
  return {code: 'TRUST.CHAIN_UNTRUSTED', reason: 'The path holds no certificate.'};
};
