import {structuredPatch} from 'diff';
import {redact} from '../kit/redact.ts';

/** Edits beyond which a minimal diff is not worth its time: the whole file has changed. */
const maxEditLength = 20_000;

/**
 * A unified diff with three lines of context. Line ends do not count (a plan never changes them), secrets are
 * redacted, the path stands unquoted as administrators know it.
 */
export const unifiedDiff = (path: string, before: string, after: string): string => {
  const patch = structuredPatch(path, path, withoutCr(before), withoutCr(after), undefined, undefined, {
    context: 3,
    maxEditLength,
  });
  const lines = [`--- ${path}`, `+++ ${path}`];
  if (!patch) return [...lines, '(the whole file differs)', ''].join('\n');
  for (const hunk of patch.hunks) {
    lines.push(`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`);
    // Line by line, so that a redaction never joins what stood on two lines.
    for (const line of hunk.lines) lines.push(redact(line));
  }
  return `${lines.join('\n')}\n`;
};

const withoutCr = (text: string): string => text.replaceAll('\r\n', '\n');
