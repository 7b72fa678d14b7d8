/** An element of a feed: attributes, then either text or children. */
export interface FeedElement {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly FeedElement[];
  readonly text?: string;
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');

/** White space in a value survives the next reader only as a character reference. */
const escapeValue = (text: string): string =>
  escapeText(text).replaceAll('"', '&quot;').replaceAll('\t', '&#x9;').replaceAll('\n', '&#xA;');

/** One element a line, two spaces a level, text on the line of its element. */
export const writeElement = ({name, attributes, children, text}: FeedElement, level = 0): string => {
  const indent = '  '.repeat(level);
  const tag = [name, ...attributes.map(([key, value]) => `${key}="${escapeValue(value)}"`)].join(' ');
  if (text !== undefined) return `${indent}<${tag}>${escapeText(text)}</${name}>\n`;
  if (children.length === 0) return `${indent}<${tag} />\n`;
  return `${indent}<${tag}>\n${children.map((child) => writeElement(child, level + 1)).join('')}${indent}</${name}>\n`;
};
