import type {PolicyMapping} from './extensions.ts';

/*
 * Certificate policies, RFC 5280 section 6.1, as the graph of RFC 9618: one node per policy and level with edges to its
 * parents. The tree of RFC 5280 grows exponentially with hostile mappings; the graph does not and decides the same.
 */

export const anyPolicy = '2.5.29.32.0';

interface PolicyNode {
  readonly policy: string;
  readonly expected: ReadonlySet<string>;
  readonly parents: readonly PolicyNode[];
}

/** The nodes of the deepest level; none: the tree is NULL. */
export type PolicyLevel = readonly PolicyNode[];

export const initialPolicies: PolicyLevel = [{policy: anyPolicy, expected: new Set([anyPolicy]), parents: []}];

const nodeFor = (level: PolicyLevel, policy: string): PolicyNode | undefined => {
  const parents = level.filter(({expected}) => expected.has(policy));
  if (parents.length > 0) return {policy, expected: new Set([policy]), parents};
  const any = level.find((node) => node.policy === anyPolicy);
  return any && {policy, expected: new Set([policy]), parents: [any]};
};

/** Section 6.1.3 (d) and (e): the next level from the policies that a certificate asserts. */
export const assertPolicies = (
  level: PolicyLevel,
  policies: readonly string[] | undefined,
  anyCounts: boolean,
): PolicyLevel => {
  if (!policies) return [];
  const named = policies
    .filter((policy) => policy !== anyPolicy)
    .map((policy) => nodeFor(level, policy))
    .filter((node) => node !== undefined);
  if (!anyCounts || !policies.includes(anyPolicy)) return named;
  const taken = new Set(named.map(({policy}) => policy));
  const missing = new Set(level.flatMap(({expected}) => [...expected]).filter((policy) => !taken.has(policy)));
  const inherited = [...missing].map((policy) => ({
    policy,
    expected: new Set([policy]),
    parents: level.filter(({expected}) => expected.has(policy)),
  }));
  return [...named, ...inherited];
};

/** Section 6.1.4 (b): mappings rewrite what the next certificate may assert, or delete where mapping is inhibited. */
export const mapPolicies = (
  level: PolicyLevel,
  mappings: readonly PolicyMapping[],
  mappingAllowed: boolean,
): PolicyLevel => {
  const mapped = new Map<string, Set<string>>();
  for (const {issuerDomain, subjectDomain} of mappings) {
    mapped.set(issuerDomain, (mapped.get(issuerDomain) ?? new Set()).add(subjectDomain));
  }
  if (!mappingAllowed) return level.filter(({policy}) => !mapped.has(policy));
  const any = level.find(({policy}) => policy === anyPolicy);
  const present = new Set(level.map(({policy}) => policy));
  const added = any ? [...mapped].filter(([policy]) => !present.has(policy)) : [];
  return [
    ...level.map((node) => ({...node, expected: mapped.get(node.policy) ?? node.expected})),
    ...added.map(([policy, expected]) => ({policy, expected, parents: any?.parents ?? []})),
  ];
};

/**
 * Section 6.1.5 (g): whether a policy is left that the user accepts too. What counts is the policy in the domain of the
 * anchor: the nodes with an anyPolicy parent, found by going back along the edges.
 */
export const acceptsPolicy = (level: PolicyLevel, acceptable: readonly string[]): boolean => {
  if (level.length === 0) return false;
  if (acceptable.includes(anyPolicy) || level.some(({policy}) => policy === anyPolicy)) return true;
  const seen = new Set<PolicyNode>();
  const open = [...level];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.parents.some(({policy}) => policy === anyPolicy) && acceptable.includes(node.policy)) return true;
    open.push(...node.parents);
  }
  return false;
};
