/*
 * xmldom and the XPath of xml-crypto take quadratic time for some documents, and they do it before the signature is
 * checked. So these limits are enforced by a linear scan before either sees the text. A real feed is 20 KB with 30 elements;
 * one of 1 MiB, of nothing but the smallest mitigations, has some 30,000.
 */
export const limits = {
  bytes: 5 * 1024 * 1024,
  depth: 32,
  elements: 50_000,
  attributesPerElement: 32,
  attributes: 100_000,
  /** A feed needs three. xmldom copies all that are in scope for every element that declares one more. */
  namespaceDeclarations: 100,
  comments: 1000,
  cdataSections: 1000,
  certificates: 10,
} as const;
