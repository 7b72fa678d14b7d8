import type {PatternText} from './complexity.ts';
import type {RegexNode} from './regex/ast.ts';

const canBeEmpty = (node: RegexNode): boolean => {
  switch (node.type) {
    case 'empty':
      return true;
    case 'sequence':
      return node.items.every(canBeEmpty);
    case 'choice':
      return node.options.some(canBeEmpty);
    case 'group':
      return canBeEmpty(node.item);
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.item);
    case 'look':
      return !node.negate && canBeEmpty(node.item);
    default:
      return false;
  }
};

/** What the search finds at the very start of a text, where `^` holds. */
const findsAtStart = (node: RegexNode): boolean => {
  if (node.type === 'assert') return node.kind === 'start';
  if (node.type === 'choice') return node.options.some(findsAtStart);
  if (node.type === 'group') return findsAtStart(node.item);
  if (node.type !== 'sequence') return canBeEmpty(node);
  const behind = node.items.findIndex((item) => !(item.type === 'assert' && item.kind === 'start'));
  return behind === -1 || node.items.slice(behind).every(canBeEmpty);
};

/**
 * Whether a pattern, before `negate`, finds something in every text: because it may find nothing at all, which is
 * everywhere. An empty pattern is left out: a rule that has none yet is half written, and what URL Rewrite does with it is
 * not known.
 */
export const alwaysMatches = ({text, syntax}: PatternText, root: RegexNode): boolean => {
  if (text === '') return false;
  return syntax === 'ECMAScript' ? findsAtStart(root) : syntax === 'Wildcard' && /^\*+$/.test(text);
};
