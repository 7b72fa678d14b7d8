import type {Regex, RegexNode} from './ast.ts';
import {type CharSet, canonicalUnit} from './char-set.ts';

const isAscii = (text: string): boolean => !/[^\0-\u007F]/.test(text);

/** The text by the canonical letter case of ECMA-262, for comparisons that ignore case. */
export const foldText = (text: string): string => {
  if (isAscii(text)) return text.toUpperCase();
  const units = Array.from({length: text.length}, (_, index) => canonicalUnit(text.charCodeAt(index)));
  return units.map((unit) => String.fromCharCode(unit)).join('');
};

/** The one unit that a set stands for, letter case aside. */
const onlyUnit = (set: CharSet, ignoreCase: boolean): string | undefined => {
  const units = new Set<number>();
  for (const [from, to] of set) {
    if (to - from > 2) return undefined;
    for (let unit = from; unit <= to; unit++) units.add(ignoreCase ? canonicalUnit(unit) : unit);
  }
  const [unit] = units;
  return units.size === 1 && unit !== undefined ? String.fromCharCode(unit) : undefined;
};

/** What is said of a choice: nothing, because none of its options is needed; or the first, as an example. */
type OfChoice = 'nothing' | 'first';

/** Runs of single units that must stand in the text, in a list where undefined ends a run. */
const pieces = (node: RegexNode, ignoreCase: boolean, ofChoice: OfChoice): readonly (string | undefined)[] => {
  switch (node.type) {
    case 'unit':
      return [onlyUnit(node.set, ignoreCase)];
    case 'sequence':
      return node.items.flatMap((item) => pieces(item, ignoreCase, ofChoice));
    case 'group':
      return pieces(node.item, ignoreCase, ofChoice);
    case 'repeat':
      return node.min === 0 ? [undefined] : [...pieces(node.item, ignoreCase, ofChoice), undefined];
    case 'look':
      return node.negate ? [undefined] : [undefined, ...pieces(node.item, ignoreCase, ofChoice), undefined];
    case 'choice': {
      const [first] = node.options;
      return ofChoice === 'first' && first ? pieces(first, ignoreCase, ofChoice) : [undefined];
    }
    case 'empty':
    case 'assert':
      return [];
    default:
      return [undefined];
  }
};

const runsOf = ({root, ignoreCase}: Regex, ofChoice: OfChoice): readonly string[] => {
  const runs = [''];
  for (const piece of pieces(root, ignoreCase, ofChoice)) {
    if (piece === undefined) runs.push('');
    else runs.push(`${runs.pop() ?? ''}${piece}`);
  }
  return [...new Set(runs.filter((run) => run !== ''))];
};

/**
 * Texts (folded where case is ignored) that every match needs somewhere in the input. Looking for them first spares the
 * engine its worst cases: most inputs lack the word that the pattern is about.
 */
export const requiredTexts = (regex: Regex): readonly string[] => runsOf(regex, 'nothing');

/** Texts with which an input has a good chance to match: the required ones, and of each choice the first option's. */
export const exampleTexts = (regex: Regex): readonly string[] => runsOf(regex, 'first');
