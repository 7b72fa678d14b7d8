import type {Regex, RegexNode} from './ast.ts';
import {anyUnit, type CharSet, complementOf, lineEnds, withoutCase} from './char-set.ts';
import {readAtomEscape, readClass} from './parse-class.ts';

/** A part of the language that this parser leaves to V8: named groups, lookups of properties. */
export class NotParsed extends Error {
  override readonly name = 'NotParsed';
}

const maxDepth = 200;

/**
 * Parses a pattern that V8 accepts (annex B of ECMA-262, no flags but i). Whether it is valid is V8's to say: this parser
 * only has to understand what is.
 * @throws NotParsed
 */
export const parseRegex = (source: string, ignoreCase: boolean): Regex => {
  const parser = new Parser(source, ignoreCase);
  const root = parser.choice(0);
  if (parser.at < source.length) throw new NotParsed(`"${source.charAt(parser.at)}" at ${parser.at}`);
  return {root, captures: parser.captures, ignoreCase};
};

/** Groups that capture; a back reference beyond them is an octal escape in annex B. */
const countCaptures = (source: string): number => {
  const bare = source.replace(/\\[\s\S]/g, '.').replace(/\[[^\]]*\]/g, '.');
  return bare.match(/\((?!\?)/g)?.length ?? 0;
};

class Parser {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly total: number;
  at = 0;
  captures = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.source = source;
    this.ignoreCase = ignoreCase;
    this.total = countCaptures(source);
  }

  choice(depth: number): RegexNode {
    if (depth > maxDepth) throw new NotParsed(`groups are nested more than ${maxDepth} deep`);
    const options = [this.sequence(depth)];
    while (this.source.charAt(this.at) === '|') {
      this.at++;
      options.push(this.sequence(depth));
    }
    const [first] = options;
    return options.length === 1 && first ? first : {type: 'choice', options};
  }

  sequence(depth: number): RegexNode {
    const items: RegexNode[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source.charAt(this.at))) items.push(this.term(depth));
    const [first] = items;
    if (!first) return {type: 'empty'};
    return items.length === 1 ? first : {type: 'sequence', items};
  }

  term(depth: number): RegexNode {
    const before = this.captures;
    const item = this.atom(depth);
    return this.quantified(item, before);
  }

  quantified(item: RegexNode, before: number): RegexNode {
    const match = /^(?:([*+?])|\{(\d+)(,(\d*))?\})(\??)/.exec(this.source.slice(this.at, this.at + 40));
    if (!match) return item;
    this.at += match[0].length;
    const [, sign, low, comma, high] = match;
    const min = sign === undefined ? Number(low) : sign === '+' ? 1 : 0;
    const bounded = comma === undefined ? min : high === '' ? Infinity : Number(high);
    const max = sign === undefined ? bounded : sign === '?' ? 1 : Infinity;
    // Captures are numbered from 1: those opened since `before` are inside.
    return {type: 'repeat', item, min, max, greedy: match[5] === '', captures: [before + 1, this.captures + 1]};
  }

  atom(depth: number): RegexNode {
    const {source} = this;
    const char = source.charAt(this.at);
    switch (char) {
      case '^':
      case '$':
        this.at++;
        return {type: 'assert', kind: char === '^' ? 'start' : 'end'};
      case '.':
        this.at++;
        return {type: 'unit', set: complementOf(lineEnds)};
      case '(':
        return this.group(depth);
      case '[': {
        const {set, negate, end} = readClass(source, this.at);
        this.at = end;
        const folded = this.fold(set);
        return {type: 'unit', set: negate ? complementOf(folded) : folded};
      }
      case '\\':
        return this.escape();
      default: {
        this.at++;
        const code = char.charCodeAt(0);
        return this.unit([[code, code]]);
      }
    }
  }

  fold(set: CharSet): CharSet {
    return this.ignoreCase && set !== anyUnit ? withoutCase(set) : set;
  }

  unit(set: CharSet): RegexNode {
    return {type: 'unit', set: this.fold(set)};
  }

  escape(): RegexNode {
    const {source} = this;
    const next = source.charAt(this.at + 1);
    if (next === 'b' || next === 'B') {
      this.at += 2;
      return {type: 'assert', kind: next === 'b' ? 'word' : 'not-word'};
    }
    const digits = /^[1-9]\d*/.exec(source.slice(this.at + 1))?.[0];
    if (digits !== undefined && Number(digits) <= this.total) {
      this.at += 1 + digits.length;
      return {type: 'back-reference', index: Number(digits)};
    }
    const {set, end} = readAtomEscape(source, this.at);
    this.at = end;
    return this.unit(set);
  }

  group(depth: number): RegexNode {
    const opening = /^\((?:\?(<?[=!:]?))?/.exec(this.source.slice(this.at, this.at + 4));
    const kind = opening?.[1];
    if (kind === '' || kind === '<' || kind === '<:') throw new NotParsed(`a named group or a modifier at ${this.at}`);
    this.at += opening?.[0].length ?? 1;
    const index = kind === undefined ? ++this.captures : undefined;
    const item = this.choice(depth + 1);
    this.at++;
    if (kind === undefined || kind === ':') return {type: 'group', index, item};
    return {type: 'look', direction: kind.startsWith('<') ? 'behind' : 'ahead', negate: kind.endsWith('!'), item};
  }
}
