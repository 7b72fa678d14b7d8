import {globSync} from 'node:fs';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {expectedOf, readGoldenCase, runGoldenCase} from './golden-case.ts';

/*
 * The whole pipeline, a folder a case: case.yaml says what is done, expected/ holds the plan, the preview, what differs on
 * the server after apply, the journal, and what rollback leaves. UPDATE_GOLDEN=1 writes expected/ anew: read its diff.
 */

const update = process.env['UPDATE_GOLDEN'] === '1';
const folders = globSync('*/case.yaml', {cwd: import.meta.dirname})
  .map(dirname)
  .toSorted();

const rewrite = async (folder: string, results: ReadonlyMap<string, string>): Promise<void> => {
  const expected = join(folder, 'expected');
  await rm(expected, {recursive: true, force: true});
  await mkdir(expected);
  for (const [name, text] of results) await writeFile(join(expected, name), text);
};

describe.each(folders)('%s', (name) => {
  const folder = join(import.meta.dirname, name);

  test('gives what is expected, from plan to rollback', async () => {
    const results = await runGoldenCase(await readGoldenCase(folder));
    if (update) await rewrite(folder, results);
    const expected = await expectedOf(folder);
    expect([...results.keys()].toSorted()).toEqual([...expected.keys()]);
    for (const [file, text] of results) expect(text, file).toBe(expected.get(file));
  });
});
