import {type ElementIndex, field, numberOf} from './element-index.ts';
import {LineCounter} from './line-counter.ts';
import {attributesOf, isStartOf, nameOf, valueIn} from './read-tag.ts';
import type {XmlAttribute, XmlDocument, XmlElement} from './xml-node.ts';

/** A part of a document's text: `text` from `from` on stands at `start` of the document. */
export interface Piece {
  readonly text: string;
  /** Shared by all pieces of one text. */
  readonly lines: LineCounter;
  readonly from: number;
  readonly start: number;
  readonly length: number;
}

/** A text of which nothing is known yet, as the one piece of a document. */
export const wholeOf = (text: string, start = 0): Piece => ({
  text,
  lines: new LineCounter(text),
  from: 0,
  start,
  length: text.length,
});

/**
 * A document that was scanned: its text, perhaps in pieces that it shares with the document it was edited from, and where
 * every element stands. Elements are made when they are asked for, each once, so that they can be compared by identity.
 */
export class ParsedDocument implements XmlDocument {
  readonly pieces: readonly Piece[];
  readonly index: ElementIndex;
  readonly declaresPrefixes: boolean;
  /** The document that it was edited from, where the tags of the root's children are the same in both. */
  readonly sameOutline: ParsedDocument | undefined;
  readonly root: XmlElement;
  #text: string | undefined;

  constructor(
    pieces: readonly Piece[],
    index: ElementIndex,
    {declaresPrefixes, sameOutline}: {readonly declaresPrefixes: boolean; readonly sameOutline?: ParsedDocument},
  ) {
    this.pieces = pieces;
    this.index = index;
    this.declaresPrefixes = declaresPrefixes;
    this.sameOutline = sameOutline;
    this.root = new ScannedElement(this, 0, undefined);
  }

  get text(): string {
    const [only, ...more] = this.pieces;
    if (only && more.length === 0 && only.from === 0 && only.length === only.text.length) return only.text;
    this.#text ??= this.pieces.map(({text, from, length}) => text.slice(from, from + length)).join('');
    return this.#text;
  }

  get length(): number {
    const last = this.pieces.at(-1);
    return last ? last.start + last.length : 0;
  }

  /** A stretch of the text, cut out of the pieces that it lies in: nearly always one. */
  slice(start: number, end: number): string {
    let stretch = '';
    for (const piece of this.pieces) {
      const from = Math.max(start, piece.start);
      const to = Math.min(end, piece.start + piece.length);
      if (from >= to) continue;
      const shift = piece.from - piece.start;
      const part = piece.text.slice(from + shift, to + shift);
      if (from === start && to === end) return part;
      stretch += part;
    }
    return stretch;
  }
}

/** The line of an offset, from 1; a piece is counted as far as it is asked for. */
export const lineInDocument = ({pieces}: ParsedDocument, offset: number): number => {
  let line = 1;
  for (const {lines, from, start, length} of pieces) {
    if (start >= offset) break;
    line += lines.between(from, from + Math.min(length, offset - start));
  }
  return line;
};

/** An element of a scanned document, known by its number in document order. */
export class ScannedElement implements XmlElement {
  readonly #document: ParsedDocument;
  readonly #number: number;
  readonly #parent: XmlElement | undefined;
  #name: string | undefined;
  #attributes: readonly XmlAttribute[] | undefined;
  #children: readonly XmlElement[] | undefined;

  constructor(document: ParsedDocument, number: number, parent: XmlElement | undefined) {
    this.#document = document;
    this.#number = number;
    this.#parent = parent;
  }

  get name(): string {
    this.#name ??= nameOf(this.#tag());
    return this.#name;
  }

  get attributes(): readonly XmlAttribute[] {
    this.#attributes ??= attributesOf(this.#tag(), this.start);
    return this.#attributes;
  }

  isNamed(name: string): boolean {
    if (this.#name !== undefined) return this.#name === name;
    const {start} = this;
    // With the character behind it: a name that only begins like this one is another.
    return isStartOf(this.#document.slice(start, start + name.length + 2), name);
  }

  attributeValue(name: string): string | undefined {
    if (this.#attributes) return this.#attributes.find((attribute) => attribute.name === name)?.value;
    return valueIn(this.#tag(), name);
  }

  get children(): readonly XmlElement[] {
    this.#children ??= this.#makeChildren();
    return this.#children;
  }

  get parent(): XmlElement | undefined {
    return this.#parent;
  }

  get depth(): number {
    return this.#parent ? this.#parent.depth + 1 : 0;
  }

  get start(): number {
    return this.#field(field.start);
  }

  get openEnd(): number {
    return this.#field(field.openEnd);
  }

  get closeStart(): number {
    return this.#field(field.closeStart);
  }

  get end(): number {
    return this.#field(field.end);
  }

  get selfClosing(): boolean {
    return this.closeStart === this.openEnd && this.end === this.openEnd;
  }

  #field(which: number): number {
    return numberOf(this.#document.index, this.#number, which);
  }

  #tag(): string {
    return this.#document.slice(this.start, this.openEnd);
  }

  #makeChildren(): readonly XmlElement[] {
    const {index} = this.#document;
    const children: XmlElement[] = [];
    const end = this.#field(field.after);
    for (let child = this.#number + 1; child < end; child = numberOf(index, child, field.after)) {
      children.push(new ScannedElement(this.#document, child, this));
    }
    return children;
  }
}
