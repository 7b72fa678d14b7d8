import {createRequire} from 'node:module';
import {dirname} from 'node:path';
import {pathToFileURL} from 'node:url';
import {compileFunction} from 'node:vm';
import {packedText} from '../../kit/packed.ts';

/*
 * The modules of the release bundle, out of the executable. One script with everything would be compiled whole at every
 * start, which takes longer than most commands; as in the bundle, what is not asked for is not even read.
 */

const loaded = new Map<string, {exports: unknown}>();
// Inside of the executable it knows Node.js's own modules and nothing else: no file beside it can take the place of one.
const requireNode = createRequire(process.execPath);

const url = pathToFileURL(process.execPath).href;
const folder = dirname(process.execPath);

/** What a module may name beside its exports; the last three stand for what import.meta says elsewhere. */
const parameters = ['exports', 'require', 'module', 'packedUrl', 'packedFile', 'packedFolder'];

const requirePacked = (name: string): unknown =>
  name.startsWith('./') ? loadPacked(name.slice(2)) : requireNode(name.startsWith('node:') ? name : `node:${name}`);

/** The exports of a module of the bundle; it runs when it is asked for first. */
export const loadPacked = (name: string): unknown => {
  const known = loaded.get(name);
  if (known) return known.exports;
  const module = {exports: {}};
  loaded.set(name, module);
  const run = compileFunction(packedText(`program/${name}`), parameters, {filename: name});
  run(module.exports, requirePacked, module, url, process.execPath, folder);
  return module.exports;
};
