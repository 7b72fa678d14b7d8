import {structuredPatch} from 'diff';
import {type ChangedStretch, changedStretch, stretchOfTexts} from '../iis/text/changed-stretch.ts';
import type {XmlDocument} from '../iis/text/xml-node.ts';
import {redact} from '../kit/redact.ts';

/** Edits beyond which a minimal diff is not worth its time: the whole file has changed. */
const maxEditLength = 20_000;
const context = 3;

/** A text of which only a stretch is looked at. */
type Sliced = Pick<XmlDocument, 'length' | 'slice'>;

/**
 * A unified diff with three lines of context. Line ends do not count (a plan never changes them), secrets are
 * redacted, the path stands unquoted as administrators know it.
 */
export const unifiedDiff = (path: string, before: string, after: string): string =>
  diffOfStretch(path, {before, after, stretch: stretchOfTexts(before, after)});

/** The same for documents, which know what they share: of a large file only the lines around the change are looked at. */
export const documentDiff = (path: string, before: XmlDocument, after: XmlDocument): string =>
  diffOfStretch(path, {before, after, stretch: changedStretch(before, after)});

interface Change {
  readonly before: Sliced;
  readonly after: Sliced;
  readonly stretch: ChangedStretch;
}

const diffOfStretch = (path: string, {before, after, stretch}: Change): string => {
  // Lines that a change touches may end behind it, and equal lines may move: some more lines than the context are needed.
  const from = lineBegin(before, stretch.from, context + 1);
  const toBefore = lineEnd(before, stretch.toBefore, context + 1);
  const toAfter = lineEnd(after, stretch.toAfter, context + 1);
  const old = withoutCr(before.slice(from, toBefore));
  const fresh = withoutCr(after.slice(from, toAfter));
  const patch = structuredPatch(path, path, old, fresh, undefined, undefined, {context, maxEditLength});
  const lines = [`--- ${path}`, `+++ ${path}`];
  if (!patch) return [...lines, '(the whole file differs)', ''].join('\n');
  const skipped = lineEndsIn(before.slice(0, from));
  for (const hunk of patch.hunks) {
    const {oldStart, oldLines, newStart, newLines} = hunk;
    lines.push(`@@ -${oldStart + skipped},${oldLines} +${newStart + skipped},${newLines} @@`);
    // Line by line, so that a redaction never joins what stood on two lines.
    for (const line of hunk.lines) lines.push(redact(line));
  }
  return `${lines.join('\n')}\n`;
};

/** Lines are short; a longer stretch is taken where they are not. */
const firstLook = 4096;

/** Where the line begins that stands `lines` lines above an offset. */
const lineBegin = (text: Sliced, offset: number, lines: number): number => {
  for (let reach = firstLook; ; reach *= 4) {
    const start = Math.max(0, offset - reach);
    const part = text.slice(start, offset);
    let at = part.length;
    for (let count = 0; count <= lines && at > 0; count++) at = part.lastIndexOf('\n', at - 1);
    if (at > 0) return start + at + 1;
    if (start === 0) return 0;
  }
};

/** Behind the line that stands `lines` lines below an offset. */
const lineEnd = (text: Sliced, offset: number, lines: number): number => {
  for (let reach = firstLook; ; reach *= 4) {
    const end = Math.min(text.length, offset + reach);
    const part = text.slice(offset, end);
    let at = -1;
    for (let count = 0; count <= lines && (count === 0 || at !== -1); count++) at = part.indexOf('\n', at + 1);
    if (at !== -1) return offset + at + 1;
    if (end === text.length) return end;
  }
};

const lineEndsIn = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
};

const withoutCr = (text: string): string => text.replaceAll('\r\n', '\n');
