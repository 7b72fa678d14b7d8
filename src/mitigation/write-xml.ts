import type {ElementSpec} from '../iis/element-spec.ts';
import {escapeAttribute} from '../iis/text/escape-xml.ts';

/** XML for people: two spaces a level, one element a line, every line ended. */
export const writeXml = ({name, attributes, children}: ElementSpec, level = 0): string => {
  const indent = '  '.repeat(level);
  const tag = [name, ...attributes.map(([key, value]) => `${key}="${escapeAttribute(value)}"`)].join(' ');
  if (children.length === 0) return `${indent}<${tag} />\n`;
  const inside = children.map((child) => writeXml(child, level + 1)).join('');
  return `${indent}<${tag}>\n${inside}${indent}</${name}>\n`;
};
