import {escapeLine} from '../kit/escape-control.ts';
import {wrap} from '../kit/wrap.ts';

/** Room that the last column, the one with sentences, should have. */
const sentence = 40;

/** A column that gives room keeps so much: a word or two a line. */
const narrowest = 14;

/** What each column needs; where the last one would get too little room, the widest of the others gives some. */
const widthsOf = (cells: readonly (readonly string[])[], width: number): readonly number[] => {
  const columns = cells[0] ?? [];
  const needs = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const others = needs.slice(0, -1);
  const before = others.reduce((sum, each) => sum + each + 2, 0);
  const missing = before + Math.min(sentence, needs.at(-1) ?? 0) - width;
  const widest = others.indexOf(Math.max(...others));
  const given = others.map((each, column) =>
    column === widest && missing > 0 ? Math.max(sentence, each - missing) : each,
  );
  return fitted([...given, lastWidth(given, needs.at(-1) ?? 0, width)], width);
};

const lastWidth = (given: readonly number[], need: number, width: number): number => {
  const left = width - given.reduce((sum, each) => sum + each + 2, 0);
  return Math.min(Math.max(24, left), need);
};

const lengthOf = (widths: readonly number[]): number => widths.reduce((sum, each) => sum + each + 2, -2);

/** Where all that is still too wide, the widest column gives once more. */
const fitted = (widths: readonly number[], width: number): readonly number[] => {
  const over = lengthOf(widths) - width;
  const widest = widths.indexOf(Math.max(...widths));
  return widths.map((each, column) => (column === widest && over > 0 ? Math.max(narrowest, each - over) : each));
};

/** A row where there is no room for columns: all but the last cell on one line, and the last below it. */
export const paragraph = (row: readonly string[], width: number): string => {
  const cells = row.map(escapeLine);
  const [first = '', ...rest] = wrap(cells.slice(0, -1).filter(Boolean).join('  '), width - 4);
  const last = cells.at(-1) ?? '';
  const below = [...rest, ...(last === '' ? [] : wrap(last, width - 4))];
  return [first, ...below.map((line) => `    ${line.trim()}`)].join('\n');
};

/**
 * A table that fits the width: what is too long for its column goes on below. Where even that does not fit, a paragraph
 * for each row.
 */
export const table = (head: readonly string[], rows: readonly (readonly string[])[], width: number): string => {
  const cells = [head, ...rows].map((row) => row.map(escapeLine));
  const widths = widthsOf(cells, width);
  if (lengthOf(widths) > width) return rows.map((row) => paragraph(row, width)).join('\n');
  const lines = cells.flatMap((row) => {
    const parts = widths.map((each, column) => wrap(row[column] ?? '', each));
    const height = Math.max(...parts.map(({length}) => length));
    return Array.from({length: height}, (_, index) =>
      parts
        .map((part, column) => (part[index] ?? '').padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  });
  const rule = widths.map((each) => '-'.repeat(each)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
};
