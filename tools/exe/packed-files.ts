import {globSync} from 'node:fs';
import {join} from 'node:path';
import type {Packed} from './blob.ts';
import {programModules, threadScripts} from './script.ts';
import type {Target} from './targets.ts';

const root = join(import.meta.dirname, '../..');

/** What an executable carries, by name, in the order of the names: the order is part of its bytes. */
export const packedFiles = async (target: Target): Promise<ReadonlyMap<string, Packed>> => {
  const files: readonly (readonly [string, Packed])[] = [
    ...globSync(['plans/*.yaml', 'plans/schema/*.json'], {cwd: root}).map((name) => fileOf(name.replaceAll('\\', '/'))),
    fileOf('LICENSE'),
    ...(await programModules()).map(([name, text]) => [`program/${name}`, {text}] as const),
    ...(await threadScripts()).map(([name, text]) => [`threads/${name}`, {text}] as const),
    ...(target.native === undefined ? [] : [['native/koffi.node', {path: target.native}] as const]),
  ];
  return new Map(files.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

const fileOf = (name: string): readonly [string, Packed] => [name, {path: join(root, name)}];
