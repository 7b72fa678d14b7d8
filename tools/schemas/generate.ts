import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import * as z from 'zod';
import {journalLine} from '../../src/journal/model.ts';
import {catalogueFile} from '../../src/mitigation/catalogue-schema.ts';
import {organizationSettingsFile, serverSettingsFile} from '../../src/operations/settings/model.ts';
import {plan} from '../../src/plan/model.ts';
import {serverJson} from '../../src/server/server-json.ts';
import {trustProfileFile} from '../../src/trust/profile/schema.ts';

/*
 * JSON schemas for editors and for readers in other languages, made from the schemas that stopgap itself checks with:
 *   node tools/schemas/generate.ts
 * A further one is one more line in this list.
 */
const schemas: readonly {readonly file: string; readonly title: string; readonly schema: z.ZodType}[] = [
  {file: 'mitigation.schema.json', title: 'A mitigation of the catalogue of stopgap', schema: catalogueFile},
  {file: 'plan.schema.json', title: 'A plan of stopgap', schema: plan},
  {file: 'journal.schema.json', title: 'A line of a journal of stopgap', schema: journalLine},
  {file: 'server.schema.json', title: 'What stopgap knows of a simulated server beside its files', schema: serverJson},
  {
    file: 'trust-profile.schema.json',
    title: 'A trust profile of stopgap: whom a feed may come from',
    schema: trustProfileFile,
  },
  {file: 'settings.schema.json', title: 'Settings of a server for stopgap', schema: serverSettingsFile},
  {
    file: 'organization-settings.schema.json',
    title: 'Settings of an organisation for stopgap',
    schema: organizationSettingsFile,
  },
];

export const schemaFolder: string = join(import.meta.dirname, '../../plans/schema');

/** Lists of short values stand on one line, as the formatter of this project wants them. */
const onOneLine = (json: string): string =>
  json.replace(/\[\n(?:\s+(?:"[^"\n]*"|[\d.]+|true|false|null),?\n)+\s*\]/g, (list: string, offset: number) => {
    const before = offset - json.lastIndexOf('\n', offset) - 1;
    const flat = list.replace(/\s*\n\s*/g, ' ').replace(/^\[ | \]$/g, (end) => end.trim());
    const comma = json[offset + list.length] === ',' ? 1 : 0;
    return before + flat.length + comma <= 120 ? flat : list;
  });

/** Schemas of what is written by people: a default is a key that may be left out. */
export const schemaFiles = (): readonly {readonly file: string; readonly text: string}[] =>
  schemas.map(({file, title, schema}) => {
    const {$schema, ...body} = z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any', reused: 'ref'});
    return {file, text: `${onOneLine(JSON.stringify({$schema, title, ...body}, undefined, 2))}\n`};
  });

if (import.meta.main || process.argv[1] === import.meta.filename) {
  for (const {file, text} of schemaFiles()) writeFileSync(join(schemaFolder, file), text);
}
