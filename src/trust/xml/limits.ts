/*
 * xml-crypto and xmldom take quadratic time for some documents, and they do it before the signature is checked. So these
 * limits are enforced by a linear scan before either sees the text; within them the worst document that was found takes
 * some two seconds. A real feed is 20 KB with 30 elements.
 */
export const limits = {
  bytes: 5 * 1024 * 1024,
  depth: 32,
  elements: 10_000,
  /** Sorting siblings into document order is what remains quadratic, in the XPath library under xml-crypto. */
  childrenPerElement: 1000,
  attributesPerElement: 32,
  attributes: 40_000,
  comments: 1000,
  cdataSections: 1000,
  certificates: 10,
} as const;
