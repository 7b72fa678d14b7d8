import type {ElementSpec} from './element-spec.ts';
import {escapeAttribute} from './text/escape-xml.ts';

/** IIS's writer indents what it adds by four blanks a level, whatever the style of the file (seen in files it wrote). */
export const indentOf = (depth: number): string => ' '.repeat(4 * depth);

/** Attributes of URL Rewrite that are booleans by its published schema; the text "True" in a pattern is a text. */
const booleans: ReadonlySet<string> = new Set([
  'enabled',
  'stopProcessing',
  'ignoreCase',
  'negate',
  'trackAllCaptures',
  'appendQueryString',
  'logRewrittenUrl',
  'replace',
  'rewriteBeforeCache',
  'useOriginalURLEncoding',
]);

/** Commands may pass `True`; the writer puts booleans in lower case. */
const written = (name: string, value: string): string =>
  booleans.has(name) && /^(?:true|false)$/i.test(value) ? value.toLowerCase() : value;

const startTag = (spec: ElementSpec, end: '>' | ' />'): string =>
  `<${spec.name}${spec.attributes.map(([name, value]) => ` ${name}="${escapeAttribute(written(name, value))}"`).join('')}${end}`;

/** An element as IIS's writer formats it, from its `<` on: the indentation before it is the caller's. */
export const formatElement = (spec: ElementSpec, depth: number, eol: string): string => {
  if (spec.children.length === 0) return startTag(spec, ' />');
  const lines = [startTag(spec, '>')];
  for (const child of spec.children) lines.push(`${indentOf(depth + 1)}${formatElement(child, depth + 1, eol)}`);
  lines.push(`${indentOf(depth)}</${spec.name}>`);
  return lines.join(eol);
};
