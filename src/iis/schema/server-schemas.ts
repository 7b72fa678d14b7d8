import type {FileReader} from '../../server/server.ts';
import {joinWindowsPath} from '../../server/windows-path.ts';
import {isFault, parseConfigFile} from '../config-file.ts';
import {mergeSchemas} from './merge.ts';
import {readSchema} from './read-schema.ts';
import {builtInSchemas, type SectionSchemas} from './sections.ts';

/** What IIS and its modules put into inetsrv\config\schema; a folder cannot be listed, a file can be asked for. */
const files = [
  'IIS_schema.xml',
  'ASPNET_schema.xml',
  'FX_schema.xml',
  'rewrite_schema.xml',
  'arr_schema.xml',
  'aspnetcore_schema_v2.xml',
] as const;

export const schemaPaths = (configFolder: string): readonly string[] =>
  files.map((name) => joinWindowsPath(configFolder, 'schema', name));

/** The built-in tables, overridden and extended by the schema files of the server where it has them. */
export const serverSchemas = async (reader: FileReader, configFolder: string): Promise<SectionSchemas> => {
  let schemas = builtInSchemas;
  for (const path of schemaPaths(configFolder)) {
    const bytes = await reader.readFile(path);
    const result = bytes && parseConfigFile(path, bytes, 'configSchema');
    // A schema file that cannot be read stops IIS long before anybody asks us.
    if (result && !isFault(result)) schemas = mergeSchemas(schemas, readSchema(result.file.document.root));
  }
  return schemas;
};
