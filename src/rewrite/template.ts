/* Texts with references: condition inputs, URLs and values of actions, values of server variables. */

export type TemplatePart =
  | {readonly kind: 'text'; readonly text: string}
  /** `{R:n}` and `{C:n}`. */
  | {readonly kind: 'capture'; readonly of: 'R' | 'C'; readonly index: number}
  | {readonly kind: 'variable'; readonly name: string}
  /** `{ToLower:...}` and the like, or a rewrite map. */
  | {readonly kind: 'call'; readonly name: string; readonly argument: readonly TemplatePart[]};

export interface Template {
  readonly source: string;
  readonly parts: readonly TemplatePart[];
  /** A brace without its partner: what URL Rewrite makes of it is not known, here it is text. */
  readonly malformed: boolean;
}

/** Where the brace that opens at `open` is closed; -1 where it is not. */
const closing = (text: string, open: number): number => {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text.charAt(index) === '{') depth++;
    else if (text.charAt(index) === '}' && --depth === 0) return index;
  }
  return -1;
};

const reference = (inside: string): {readonly part: TemplatePart; readonly malformed: boolean} => {
  const capture = /^([RC]):(\d+)$/i.exec(inside);
  if (capture) {
    const of = capture[1]?.toUpperCase() === 'R' ? 'R' : 'C';
    return {part: {kind: 'capture', of, index: Number(capture[2])}, malformed: false};
  }
  const colon = inside.indexOf(':');
  if (colon === -1) return {part: {kind: 'variable', name: inside}, malformed: inside.includes('{')};
  const {parts, malformed} = parseTemplate(inside.slice(colon + 1));
  return {part: {kind: 'call', name: inside.slice(0, colon), argument: parts}, malformed};
};

export const parseTemplate = (source: string): Template => {
  const parts: TemplatePart[] = [];
  let malformed = false;
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{', at);
    const close = open === -1 ? -1 : closing(source, open);
    if (close === -1) {
      malformed ||= open !== -1;
      break;
    }
    if (open > at) parts.push({kind: 'text', text: source.slice(at, open)});
    const inside = reference(source.slice(open + 1, close));
    parts.push(inside.part);
    malformed ||= inside.malformed;
    at = close + 1;
  }
  if (at < source.length) parts.push({kind: 'text', text: source.slice(at)});
  return {source, parts, malformed};
};
