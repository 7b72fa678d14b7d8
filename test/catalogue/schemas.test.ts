import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {schemaFiles, schemaFolder} from '../../tools/schemas/generate.ts';

test.each(schemaFiles())('$file is what tools/schemas/generate.ts writes', ({file, text}) => {
  expect(readFileSync(join(schemaFolder, file), 'utf8')).toBe(text);
});

test('no schema is left over', () => {
  expect(readdirSync(schemaFolder).toSorted()).toEqual(
    schemaFiles()
      .map(({file}) => file)
      .toSorted(),
  );
});

test('a schema of what people write demands only what has no default', () => {
  const mitigation: unknown = JSON.parse(schemaFiles().find(({file}) => file.startsWith('mitigation'))?.text ?? '');
  expect(mitigation).toMatchObject({required: ['id', 'description', 'actions'], additionalProperties: false});
});
