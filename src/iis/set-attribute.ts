import type {Edit} from './text/edit.ts';
import {escapeAttribute} from './text/escape-xml.ts';
import {attributeOf, type XmlElement} from './text/xml-node.ts';

/** Sets an attribute in place; one that is absent is appended behind the others, as IIS's writer does. */
export const setAttribute = (element: XmlElement, name: string, value: string): Edit => {
  const present = attributeOf(element, name);
  if (present) {
    const {start, valueStart, valueEnd, end} = present;
    // Between single quotes an apostrophe would end the value: then the writer's double quotes take their place.
    return value.includes("'")
      ? {at: start, remove: end - start, insert: `${name}="${escapeAttribute(value)}"`}
      : {at: valueStart, remove: valueEnd - valueStart, insert: escapeAttribute(value)};
  }
  const last = element.attributes.at(-1);
  const at = last ? last.end : element.start + 1 + element.name.length;
  return {at, remove: 0, insert: ` ${name}="${escapeAttribute(value)}"`};
};
