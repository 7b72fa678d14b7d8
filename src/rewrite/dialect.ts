/*
 * URL Rewrite's "ECMAScript" is the engine of JScript, older than what V8 runs: named groups, lookbehind and the rest came
 * later. A pattern that needs one of these is matched by V8 here, with the doubt said aloud.
 */

const features: readonly (readonly [RegExp, string])[] = [
  [/\(\?<[=!]/, 'lookbehind is younger than the engine of URL Rewrite, which may refuse it'],
  [/\(\?<[A-Za-z_$]/, 'named groups are younger than the engine of URL Rewrite, which may refuse them'],
  [/\[\^?\]/, 'an empty class such as [] or [^] is read differently by older engines'],
  [/\(\?[=!](?:[^()\\]|\\.)*\((?!\?)/, 'captures inside of a lookahead differ in the engine of JScript'],
  [/\\[1-9]/, 'a back reference to a group that took no part differs in the engine of JScript'],
];

/** What URL Rewrite's own engine may do otherwise than V8, as sentences. Escaped characters are looked over. */
export const dialectDoubts = (pattern: string): readonly string[] => {
  const bare = pattern.replace(/\\[^1-9]/g, '..');
  return features.filter(([feature]) => feature.test(bare)).map(([, doubt]) => doubt);
};
