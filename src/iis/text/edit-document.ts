import {applyEdits, type Edit} from './edit.ts';
import {type ElementIndex, field, numberOf, stride} from './element-index.ts';
import {parseXml} from './parse-xml.ts';
import {ParsedDocument, type Piece, wholeOf} from './parsed-document.ts';
import {type Scan, scanContent} from './scan.ts';
import {utf8Of} from './utf8.ts';
import type {XmlDocument} from './xml-node.ts';

/** A stretch of an element's content between two of its children, or its whole content. */
interface Gap {
  /** Number of the element whose content it is. */
  readonly parent: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  /** Elements of the stretch: from this number up to, not including, the other. */
  readonly first: number;
  readonly last: number;
}

/**
 * The document after the edits. Only the content around them is read again; the rest is shared with the document before,
 * which makes an edit of a large file cost what the edit costs. Whatever is out of the ordinary is parsed as a whole.
 * @throws XmlError
 */
export const editDocument = (document: XmlDocument, edits: readonly Edit[]): XmlDocument =>
  (document instanceof ParsedDocument ? editShared(document, edits) : undefined) ??
  parseXml(applyEdits(document.text, edits));

const editShared = (document: ParsedDocument, edits: readonly Edit[]): ParsedDocument | undefined => {
  if (document.declaresPrefixes || edits.length === 0) return undefined;
  const from = Math.min(...edits.map(({at}) => at));
  const to = Math.max(...edits.map(({at, remove}) => at + remove));
  const gap = gapAround(document, from, to);
  if (!gap) return undefined;
  const old = document.slice(gap.from, gap.to);
  const text = applyEdits(
    old,
    edits.map((edit) => ({...edit, at: edit.at - gap.from})),
  );
  const scan = scanned(text, gap);
  if (!scan || scan.declaresPrefixes) return undefined;
  const growth = text.length - old.length;
  return new ParsedDocument(piecesAround(document, gap, text), indexAround(document.index, {gap, scan, growth}), {
    declaresPrefixes: false,
    // Inside of a child of the root no tag of such a child is changed.
    ...(gap.depth > 0 && {sameOutline: document}),
  });
};

/** What is not well-formed by itself may be so as a whole, or not at all: the whole parser says which and where. */
const scanned = (text: string, {depth}: Gap): Scan | undefined => {
  try {
    return scanContent(utf8Of(text), depth + 1);
  } catch {
    return undefined;
  }
};

/** The smallest stretch that has the edits in it and begins and ends at the border of a child. */
const gapAround = ({index}: ParsedDocument, from: number, to: number): Gap | undefined => {
  let gap: Gap | undefined;
  let parent = 0;
  for (let depth = 0; ; depth++) {
    const open = numberOf(index, parent, field.openEnd);
    const close = numberOf(index, parent, field.closeStart);
    // What follows an empty-element tag is not its content: only the root is ever asked about with the edit behind it.
    const isEmptyTag = open === numberOf(index, parent, field.end);
    if (from < open || to > close || isEmptyTag) return gap;
    const end = numberOf(index, parent, field.after);
    let first = parent + 1;
    let start = open;
    let child = first;
    for (; child < end && numberOf(index, child, field.end) <= from; child = numberOf(index, child, field.after)) {
      start = numberOf(index, child, field.end);
      first = numberOf(index, child, field.after);
    }
    let last = child;
    while (last < end && numberOf(index, last, field.start) < to) last = numberOf(index, last, field.after);
    const stop = last < end ? numberOf(index, last, field.start) : close;
    gap = {parent, depth, from: start, to: stop, first, last};
    // Inside of one child only: it may be enough to look into that.
    if (child >= end || numberOf(index, child, field.after) !== last) return gap;
    parent = child;
  }
};

const piecesAround = (document: ParsedDocument, gap: Gap, text: string): readonly Piece[] => {
  const growth = text.length - (gap.to - gap.from);
  const before = document.pieces.flatMap((piece) => {
    const length = Math.min(piece.length, gap.from - piece.start);
    return length > 0 ? [{...piece, length}] : [];
  });
  const behind = document.pieces.flatMap((piece) => {
    const skipped = Math.max(0, gap.to - piece.start);
    return skipped < piece.length
      ? [
          {
            ...piece,
            from: piece.from + skipped,
            start: piece.start + skipped + growth,
            length: piece.length - skipped,
          },
        ]
      : [];
  });
  return [...before, wholeOf(text, gap.from), ...behind];
};

interface Replacement {
  readonly gap: Gap;
  readonly scan: Scan;
  readonly growth: number;
}

const places = [field.start, field.openEnd, field.closeStart, field.end] as const;

const indexAround = (old: ElementIndex, {gap, scan, growth}: Replacement): ElementIndex => {
  const {first, last, parent, from} = gap;
  const more = scan.count - (last - first);
  const count = old.count + more;
  const numbers = new Int32Array(count * stride);
  numbers.set(old.numbers.subarray(0, first * stride));
  for (let at = 0; at < scan.count * stride; at++) {
    const value = scan.numbers[at] ?? 0;
    const which = at % stride;
    const outermost = which === field.parent && value === -1;
    numbers[first * stride + at] = outermost ? parent : which >= field.after ? value + first : value + from;
  }
  for (let element = last; element < old.count; element++) {
    const to = (element + more) * stride;
    for (const which of places) numbers[to + which] = numberOf(old, element, which) + growth;
    numbers[to + field.after] = numberOf(old, element, field.after) + more;
    const outer = numberOf(old, element, field.parent);
    numbers[to + field.parent] = outer >= last ? outer + more : outer;
  }
  const index: ElementIndex = {numbers, count};
  for (let element = parent; element !== -1; element = numberOf(index, element, field.parent)) {
    for (const which of [field.closeStart, field.end])
      numbers[element * stride + which] = numberOf(index, element, which) + growth;
    numbers[element * stride + field.after] = numberOf(index, element, field.after) + more;
  }
  return index;
};
