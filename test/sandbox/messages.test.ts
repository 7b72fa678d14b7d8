import {describe, expect, test} from 'vitest';
import {makeLab} from './lab.ts';
import {type Row, rows} from './messages.ts';

/** A text with carriage returns is compared to the byte; one from a log that lost them is compared without. */
const check = (text: string | RegExp, stdout: string): void => {
  if (typeof text === 'string' && (text === '' || text.includes('\r'))) expect(stdout).toBe(text);
  else if (typeof text === 'string') expect(stdout.replaceAll('\r', '').trimEnd()).toBe(text);
  else expect(stdout.replaceAll('\r', '')).toMatch(text);
};

const runRow = async (row: Row) => {
  const lab = await makeLab();
  for (const argv of row.before ?? []) expect((await lab[row.tool](...argv)).exitCode).toBe(0);
  if (row.server) lab.describe(() => row.server ?? {});
  if (row.fault) lab.fault(row.fault);
  return lab[row.tool](...row.argv);
};

describe.each(rows)('$tool, $situation ($evidence)', (row) => {
  test(`ends with ${row.exit}`, async () => {
    const {exitCode, stdout, stderr} = await runRow(row);
    if (typeof row.exit === 'number') expect(exitCode).toBe(row.exit);
    else if (row.exit === 'non-zero') expect(exitCode).not.toBe(0);
    if (row.text !== undefined) check(row.text, stdout);
    expect(stderr).toBe('');
  });
});
