import {escapeControl, escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';

/* Text as Markdown (GitHub's dialect), escaped so that it means itself: no heading, link, table or HTML out of a feed. */

export const prose = (text: string): string =>
  escapeLine(redact(text))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]>|~#!@]/g, '\\$&')
    // GitHub makes links of bare addresses.
    .replaceAll('://', '\\://')
    .replace(/\b(www)\./gi, '$1\\.')
    // At the start of a block these would begin a list or a quotation.
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^[+-]/, '\\$&');

/** A fence longer than any run of back ticks inside. */
const fenceFor = (text: string, least: number): string => {
  const runs = text.match(/`+/g) ?? [];
  return '`'.repeat(Math.max(least, ...runs.map((run) => run.length + 1)));
};

export const code = (text: string): string => {
  const shown = escapeLine(redact(text));
  const fence = fenceFor(shown, 1);
  const pad = /^`|`$|^ .* $/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
};

/** `indent` keeps the block inside of a list item. */
export const block = (language: string, lines: readonly string[], indent = 0): string => {
  const shown = lines.map((line) => escapeControl(redact(line)).replaceAll('\n', '\\n'));
  const fence = fenceFor(shown.join('\n'), 3);
  return [`${fence}${language}`, ...shown, fence].map((line) => `${' '.repeat(indent)}${line}`.trimEnd()).join('\n');
};
