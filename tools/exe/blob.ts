import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {blobWriter} from './targets.ts';

/** A file that the executable carries: a path to read it from, or its text. */
export type Packed = {readonly path: string} | {readonly text: string};

/**
 * What Node.js runs and carries, in the form that it reads from its own executable. Neither a snapshot nor a code cache:
 * both hold what one platform compiled, and the blob of Windows is written on Linux.
 */
export const writeBlob = (
  folder: string,
  {script, packed}: {readonly script: string; readonly packed: ReadonlyMap<string, Packed>},
): Uint8Array => {
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, text);
    return path;
  };
  const assets = [...packed].map(([name, file]) => [
    name,
    'path' in file ? file.path : put(join('packed', name), file.text),
  ]);
  const output = join(folder, 'stopgap.blob');
  const config = {
    // What is written here goes into the blob as it stands, so it must not name a folder of this machine.
    main: 'stopgap.cjs',
    output,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    // NODE_OPTIONS of whoever starts it must not load code into a program that administrators run.
    execArgvExtension: 'none',
    assets: Object.fromEntries(assets),
  };
  put('stopgap.cjs', script);
  put('sea-config.json', JSON.stringify(config));
  execFileSync(blobWriter, ['--experimental-sea-config', 'sea-config.json'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return readFileSync(output);
};
