import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isPacked, packedBytes, packedNames} from '../kit/packed.ts';
import {builtInCatalogueFolder} from '../mitigation/load-catalogue.ts';

/** Names of what stands in `plans/`: the folder beside the program, or what the single executable carries of it. */
export const builtInFiles = async (): Promise<readonly string[]> =>
  isPacked ? packedNames('plans') : readdir(builtInCatalogueFolder);

/** A file of `plans/`, and how it is named to a person. */
export const readBuiltIn = async (name: string): Promise<{readonly file: string; readonly bytes: Uint8Array}> => {
  if (isPacked) return {file: `plans/${name}`, bytes: packedBytes(`plans/${name}`)};
  const file = join(builtInCatalogueFolder, name);
  return {file, bytes: await readFile(file)};
};
