import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {describe, expect, test} from 'vitest';
import {
  builtInCatalogueFolder,
  catalogueFolderOf,
  catalogueIds,
  chooseCatalogueFile,
} from '../../src/mitigation/load-catalogue.ts';
import {plansFolder} from './support.ts';

test('the built-in folder is the one with the plans', () => {
  expect(builtInCatalogueFolder).toBe(plansFolder);
  expect(readdirSync(builtInCatalogueFolder)).toContain('M1.yaml');
});

test('a bundle finds the plans beside its own folder', () => {
  const root = join(plansFolder, '..');
  expect(catalogueFolderOf(pathToFileURL(join(root, 'dist', 'stopgap.mjs')).href)).toBe(plansFolder);
});

describe('an argument chooses', () => {
  const files = ['M1.yaml', 'CVE-2021-26855.yaml', 'schema'];

  test.each([
    ['M1', {kind: 'built-in', file: 'M1.yaml'}],
    ['m1', {kind: 'built-in', file: 'M1.yaml'}],
    ['M1.yaml', {kind: 'built-in', file: 'M1.yaml'}],
    ['cve-2021-26855', {kind: 'built-in', file: 'CVE-2021-26855.yaml'}],
    ['./M1.yaml', {kind: 'path', path: './M1.yaml'}],
    ['C:\\plans\\M1.yaml', {kind: 'path', path: 'C:\\plans\\M1.yaml'}],
    ['own.yaml', {kind: 'path', path: 'own.yaml'}],
    ['M3', {kind: 'unknown', known: ['CVE-2021-26855', 'M1']}],
    ['schema', {kind: 'unknown', known: ['CVE-2021-26855', 'M1']}],
  ])('%s', (argument, choice) => {
    expect(chooseCatalogueFile(argument, files)).toEqual(choice);
  });
});

test('ids are counted as people count', () => {
  expect(catalogueIds(['M10.yaml', 'M2.yaml', 'notes.txt', 'M1.yml'])).toEqual(['M1', 'M2', 'M10']);
});
