import {type Edit, lineEndOf} from '../../../iis/text/edit.ts';
import {escapeAttribute} from '../../../iis/text/escape-xml.ts';
import {attributeOf, type XmlDocument, type XmlElement} from '../../../iis/text/xml-node.ts';

/*
 * How IIS writes: new nodes stand on lines of their own, four blanks for each level whatever the rest of the file does,
 * and an empty element is `<x a="b" />`. Whatever is not written anew keeps its bytes.
 */

/** An element to be written. */
export interface NewElement {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly NewElement[];
}

const indent = (depth: number): string => '    '.repeat(depth);
const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

const render = (element: NewElement, depth: number, newLine: string): string => {
  const attributes = element.attributes.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('');
  if (element.children.length === 0) return `<${element.name}${attributes} />`;
  const children = element.children.map(
    (child) => `${newLine}${indent(depth + 1)}${render(child, depth + 1, newLine)}`,
  );
  return `<${element.name}${attributes}>${children.join('')}${newLine}${indent(depth)}</${element.name}>`;
};

/** Where the white space directly before `offset` begins. */
const blankStart = (text: string, offset: number): number => {
  let at = offset;
  while (at > 0 && /[ \t\r\n]/.test(text[at - 1] ?? '')) at--;
  return at;
};

const tagEnd = (element: XmlElement): number =>
  element.attributes.at(-1)?.end ?? element.start + 1 + element.name.length;

/** Opens up an element that has no child elements. */
const insertFirst = ({text}: XmlDocument, parent: XmlElement, line: string, newLine: string): Edit => {
  const closing = `${newLine}${indent(parent.depth)}`;
  if (parent.selfClosing) {
    const at = tagEnd(parent);
    return {at, remove: parent.end - at, insert: `>${line}${closing}</${parent.name}>`};
  }
  // What is inside stays where it is, white space too: the element goes before the line of the end tag.
  const at = blankStart(text, parent.closeStart);
  const endTagHasLine = text.slice(at, parent.closeStart).includes('\n');
  return {at, remove: 0, insert: endTagHasLine ? line : `${line}${closing}`};
};

/** @param before the child before which it goes; absent: at the end */
export const insertChild = (
  document: XmlDocument,
  parent: XmlElement,
  child: NewElement,
  before?: XmlElement,
): Edit => {
  const newLine = lineEndOf(document.text);
  const depth = parent.depth + 1;
  const line = `${newLine}${indent(depth)}${render(child, depth, newLine)}`;
  if (before) return {at: blankStart(document.text, before.start), remove: 0, insert: line};
  const last = parent.children.at(-1);
  return last ? {at: last.end, remove: 0, insert: line} : insertFirst(document, parent, line, newLine);
};

/** Replaces the value where the attribute stands, else appends it behind the others. */
export const writeAttribute = (element: XmlElement, name: string, value: string): Edit => {
  const written = attributeOf(element, name);
  const escaped = escapeAttribute(value);
  if (!written) return {at: tagEnd(element), remove: 0, insert: ` ${name}="${escaped}"`};
  // Quotes of either kind stay: the escaped value holds no double quote, and a single one only between double ones.
  const quoted = written.end - written.valueEnd === 1 && value.includes("'");
  if (quoted) return {at: written.start, remove: written.end - written.start, insert: `${name}="${escaped}"`};
  return {at: written.valueStart, remove: written.valueEnd - written.valueStart, insert: escaped};
};

const onlyPath = (element: XmlElement): boolean => element.attributes.every(({name}) => name === 'path');

/** Whether nothing is left of the element when that child is gone. */
const isEmptyWithout = ({text}: XmlDocument, parent: XmlElement, child: XmlElement): boolean => {
  if (parent.depth === 0 || parent.children.length > 1) return false;
  const bare = parent.attributes.length === 0 || (parent.name === 'location' && onlyPath(parent));
  return bare && isBlank(text.slice(parent.openEnd, child.start)) && isBlank(text.slice(child.end, parent.closeStart));
};

/** Removes an element with the white space before it and, if asked, every parent that is empty then. */
export const removeElement = (document: XmlDocument, element: XmlElement, emptyParents: 'remove' | 'leave'): Edit => {
  let gone = element;
  while (emptyParents === 'remove' && gone.parent && isEmptyWithout(document, gone.parent, gone)) gone = gone.parent;
  const at = blankStart(document.text, gone.start);
  return {at, remove: gone.end - at, insert: ''};
};

/** What is in the file, to be written once more elsewhere. */
export const copyOf = (element: XmlElement): NewElement => ({
  name: element.name,
  attributes: element.attributes.map(({name, value}) => [name, value]),
  children: element.children.map(copyOf),
});

const tagOf = (element: XmlElement): string => {
  const attributes = element.attributes.map(({name, value}) => ` ${name}="${escapeAttribute(value)}"`).join('');
  return `<${element.name}${attributes}${element.selfClosing ? ' />' : '>'}`;
};

/** Every tag of the file written anew, as a writer does that copies nodes and not bytes. */
export const reserialisingEdits = (element: XmlElement): readonly Edit[] => [
  {at: element.start, remove: element.openEnd - element.start, insert: tagOf(element)},
  ...element.children.flatMap(reserialisingEdits),
];
