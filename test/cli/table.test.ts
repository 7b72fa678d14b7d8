import {expect, test} from 'vitest';
import {table} from '../../src/cli/table.ts';

const head = ['ID', 'Type', 'Status', 'Run', 'Details'];
const rows = [
  ['CVE-2021-26855', 'UrlRewrite', 'Not applicable', '', 'it is newer than CU8, the last affected update of that line'],
  ['M1', 'UrlRewrite', 'Active', 'r1', 'seven of seven requests that must be blocked are blocked'],
];

test.each([60, 72, 80, 100, 140])('no line of a table is longer than %i columns', (width) => {
  const lines = table(head, rows, width).split('\n');
  expect(lines.filter((line) => line.length > width)).toEqual([]);
});

test('where there is no room for columns a row is a paragraph', () => {
  expect(table(head, rows, 60).split('\n')).toEqual([
    'CVE-2021-26855  UrlRewrite  Not applicable',
    '    it is newer than CU8, the last affected update of that',
    '    line',
    'M1  UrlRewrite  Active  r1',
    '    seven of seven requests that must be blocked are blocked',
  ]);
  expect(table(head, rows, 100)).toMatch(/^ID {14}Type/);
});
