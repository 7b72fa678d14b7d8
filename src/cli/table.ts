import {escapeLine} from '../kit/escape-control.ts';

/** Broken between words; a word that is longer stays whole. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};

/** A table that fits the width: columns take what they need, the last one takes what is left and wraps. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[], width: number): string => {
  const cells = [head, ...rows].map((row) => row.map(escapeLine));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  const last = Math.max(24, width - before);
  const lines = cells.flatMap((row) => {
    const start = row
      .slice(0, -1)
      .map((cell, column) => cell.padEnd((widths[column] ?? 0) + 2))
      .join('');
    return wrap(row.at(-1) ?? '', last).map((part, index) =>
      `${index === 0 ? start : ' '.repeat(before)}${part}`.trimEnd(),
    );
  });
  const rule = [...widths.slice(0, -1), Math.min(last, widths.at(-1) ?? 0)].map((each) => '-'.repeat(each)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
};
