/*
 * A parsed XML document that keeps where everything stands. Offsets are UTF-16 indices into the text; `[start, end)`.
 * Only elements and attributes are nodes: comments, text and white space stay what they are, bytes between offsets.
 */

export interface XmlAttribute {
  readonly name: string;
  /** Entities resolved, white space normalized as XML 1.0 section 3.3.3 says. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** The value as written, without its quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  readonly parent: XmlElement | undefined;
  /** Number of ancestors: 0 for the document element. */
  readonly depth: number;
  readonly start: number;
  /** Behind the `>` of the start tag. */
  readonly openEnd: number;
  /** At the `<` of the end tag; equals `openEnd` in an empty-element tag. */
  readonly closeStart: number;
  readonly end: number;
  /** `<x />` */
  readonly selfClosing: boolean;
  /** One value, found without making the others. */
  attributeValue?(name: string): string | undefined;
  /** Asks for its name without making it. */
  isNamed?(name: string): boolean;
}

export interface XmlDocument {
  /** The whole text; putting it together may cost something in an edited document. */
  readonly text: string;
  readonly root: XmlElement;
  /** Number of UTF-16 units. */
  readonly length: number;
  /** A stretch of the text, without putting the whole together where it can be helped. */
  slice(start: number, end: number): string;
}

export const attributeOf = (element: XmlElement, name: string): XmlAttribute | undefined =>
  element.attributes.find((attribute) => attribute.name === name);

export const attributeValue = (element: XmlElement, name: string): string | undefined =>
  element.attributeValue ? element.attributeValue(name) : attributeOf(element, name)?.value;

export const isNamed = (element: XmlElement, name: string): boolean =>
  element.isNamed ? element.isNamed(name) : element.name === name;

export const childrenNamed = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => isNamed(child, name));

export const childNamed = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((child) => isNamed(child, name));
