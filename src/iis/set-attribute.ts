import type {Edit} from './text/edit.ts';
import {escapeAttribute} from './text/escape-xml.ts';
import {attributeOf, type XmlElement} from './text/xml-node.ts';

/** Sets an attribute in place; one that is absent is appended behind the others, as IIS's writer does. */
export const setAttribute = (element: XmlElement, name: string, value: string): Edit => {
  const present = attributeOf(element, name);
  if (present) {
    return {at: present.valueStart, remove: present.valueEnd - present.valueStart, insert: escapeAttribute(value)};
  }
  const last = element.attributes.at(-1);
  const at = last ? last.end : element.start + 1 + element.name.length;
  return {at, remove: 0, insert: ` ${name}="${escapeAttribute(value)}"`};
};
