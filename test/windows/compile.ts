import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

const sources = join(import.meta.dirname, 'stand-ins');
const compiler = 'x86_64-w64-mingw32-gcc';

/** Compiles a stand-in and returns the path of its .exe. */
export const compileStandIn = (name: 'forward' | 'hold' | 'sc' | 'service', folder: string): string => {
  mkdirSync(folder, {recursive: true});
  const output = join(folder, `${name}.exe`);
  const flags = ['-O2', '-s', '-Wall', '-Werror', '-municode', '-o', output];
  execFileSync(compiler, [...flags, join(sources, `${name}.c`), '-ladvapi32', '-lws2_32']);
  return output;
};

/** A program that is good for its version resource: ExSetup.exe, rewrite.dll. */
export const compileVersioned = (version: string, folder: string): string => {
  mkdirSync(folder, {recursive: true});
  const [resource, output] = [join(folder, `${version}.o`), join(folder, `${version}.exe`)];
  const numbers = version.split('.').map(Number).join(',');
  execFileSync('x86_64-w64-mingw32-windres', [`-DVERSION=${numbers}`, join(sources, 'versioned.rc'), resource]);
  execFileSync(compiler, ['-s', '-o', output, join(sources, 'versioned.c'), resource]);
  return output;
};
