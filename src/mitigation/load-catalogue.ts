import {fileURLToPath} from 'node:url';

/**
 * The folder of the built-in catalogue as seen from a module of ours: `plans/` stands in the project's root, two levels
 * above this file in the source and one above a bundle in `dist/`.
 */
export const catalogueFolderOf = (moduleUrl: string): string => {
  const inSource = /\/src\/mitigation\/[^/]+$/.test(moduleUrl);
  return fileURLToPath(new URL(inSource ? '../../plans' : '../plans', moduleUrl));
};

export const builtInCatalogueFolder: string = catalogueFolderOf(import.meta.url);

/** What an argument means: a file of the catalogue, a file of the person's own, or nothing that is known. */
export type CatalogueChoice =
  | {readonly kind: 'built-in'; readonly file: string}
  | {readonly kind: 'path'; readonly path: string}
  | {readonly kind: 'unknown'; readonly known: readonly string[]};

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);
const idOf = (file: string): string => file.replace(/\.ya?ml$/i, '');

/**
 * `M1`, `m1` and `M1.yaml` choose from the catalogue; anything with a path in it, or a YAML file that the catalogue does
 * not have, is a file of its own.
 */
export const chooseCatalogueFile = (argument: string, files: readonly string[]): CatalogueChoice => {
  if (/[/\\]/.test(argument)) return {kind: 'path', path: argument};
  const wanted = idOf(argument).toLowerCase();
  const file = files.filter(isYaml).find((name) => idOf(name).toLowerCase() === wanted);
  if (file !== undefined) return {kind: 'built-in', file};
  if (isYaml(argument)) return {kind: 'path', path: argument};
  return {kind: 'unknown', known: catalogueIds(files)};
};

/** Ids of a catalogue folder from the names of its files, in the order in which people count. */
export const catalogueIds = (files: readonly string[]): readonly string[] =>
  files
    .filter(isYaml)
    .map(idOf)
    .toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true}));
