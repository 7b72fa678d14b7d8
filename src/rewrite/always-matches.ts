import type {Pattern} from './rule.ts';

// The dot stops at a line end, but nothing here forces it beyond. An empty pattern is left out: a rule that has none yet
// is half written, and what URL Rewrite does with it is not known.
const openPatterns: Readonly<Record<Pattern['syntax'], readonly string[]>> = {
  ECMAScript: ['.*', '(.*)', '.*?', '(.*?)', '^', '^.*', '^(.*)'],
  Wildcard: ['*'],
  ExactMatch: [],
};

/** Whether the pattern, before `negate`, finds something in every text; false where that takes more than a look to see. */
export const alwaysMatches = ({text, syntax}: Pattern): boolean => openPatterns[syntax].includes(text);
