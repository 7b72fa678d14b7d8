import type {Edit} from './text/edit.ts';
import type {XmlElement} from './text/xml-node.ts';

/** What IIS's writer does with parents that a removal leaves empty is not known for certain (facts of the writer). */
export type EmptyParents = 'remove' | 'leave';

/** Removes an element with the white space before it, so that a removal is the exact inverse of an addition. */
export const removeElement = (text: string, element: XmlElement, emptyParents: EmptyParents): Edit => {
  const gone = emptyParents === 'remove' ? outermostEmptied(text, element) : element;
  const start = blankStart(text, gone.start);
  return {at: start, remove: gone.end - start, insert: ''};
};

const blankStart = (text: string, offset: number): number => {
  let start = offset;
  while (/\s/.test(text.charAt(start - 1))) start--;
  return start;
};

/** The outermost ancestor that holds nothing but this element: no other child, no comment, no attribute but a path. */
const outermostEmptied = (text: string, element: XmlElement): XmlElement => {
  const parent = element.parent;
  if (!parent?.parent || parent.children.length !== 1) return element;
  if (parent.attributes.some(({name}) => !(parent.name === 'location' && name === 'path'))) return element;
  const around = text.slice(parent.openEnd, element.start) + text.slice(element.end, parent.closeStart);
  return around.trim() === '' ? outermostEmptied(text, parent) : element;
};
