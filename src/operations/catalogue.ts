import {readFile} from 'node:fs/promises';
import {basename, resolve} from 'node:path';
import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';
import {readCatalogueFile} from '../mitigation/catalogue.ts';
import {catalogueIds, chooseCatalogueFile} from '../mitigation/load-catalogue.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {builtInFiles, readBuiltIn} from './built-in-catalogue.ts';
import type {LoadedSource} from './sources.ts';

const parse = (file: string, bytes: Uint8Array): Mitigation =>
  readCatalogueFile({file, text: new TextDecoder('utf-8', {fatal: true}).decode(bytes)});

/** A catalogue file from its bytes; `file` is how it is named to the person. */
export const catalogueSource = (file: string, bytes: Uint8Array): LoadedSource => ({
  source: {kind: 'local-catalogue', digest: sha256(bytes), name: basename(file), signer: null, profile: null},
  mitigations: [parse(file, bytes)],
  signals: [],
  asked: 'by-name',
  warnings: [],
  bytes,
});

/** A file of the person's own. */
export const loadCataloguePath = async (path: string, cwd: string): Promise<LoadedSource> => {
  const file = resolve(cwd, path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new Refusal('CATALOGUE.NOT_FOUND', `${path} cannot be read`, {where: {file}, cause});
  }
  return catalogueSource(path, bytes);
};

/** `M1`, `M1.yaml` or a path. @throws Refusal CATALOGUE.UNKNOWN_ID, CATALOGUE.NOT_FOUND, CATALOGUE.INVALID */
export const loadCatalogueArgument = async (argument: string, cwd: string): Promise<LoadedSource> => {
  const choice = chooseCatalogueFile(argument, await builtInFiles());
  switch (choice.kind) {
    case 'path':
      return loadCataloguePath(choice.path, cwd);
    case 'built-in': {
      const {file, bytes} = await readBuiltIn(choice.file);
      return catalogueSource(file, bytes);
    }
    case 'unknown':
      throw new Refusal('CATALOGUE.UNKNOWN_ID', `the catalogue has no mitigation "${argument}"`, {
        next: [{label: `It has ${choice.known.join(', ')}; a file of your own is named by its path`}],
      });
  }
};

const readCatalogue = async (): Promise<readonly LoadedSource[]> => {
  const ids = catalogueIds(await builtInFiles());
  return Promise.all(ids.map((id) => loadCatalogueArgument(id, '.')));
};

let catalogue: Promise<readonly LoadedSource[]> | undefined;

/** Every mitigation of the built-in catalogue: a part of the program, read once in its life. */
export const builtInCatalogue = (): Promise<readonly LoadedSource[]> => {
  catalogue ??= readCatalogue();
  return catalogue;
};

/** Names, in lower case, of the services that the built-in catalogue stops: any other one has to be accepted. */
export const allowedServices = (catalogue: readonly LoadedSource[]): ReadonlySet<string> =>
  new Set(
    catalogue
      .flatMap(({mitigations}) => mitigations)
      .flatMap(({actions}) => actions)
      .flatMap((action) => [
        ...(action.kind === 'service' ? [action.service] : []),
        ...(action.kind === 'service' || action.kind === 'app-pool' ? (action.monitoring?.services ?? []) : []),
      ])
      .map((name) => name.toLowerCase()),
  );
