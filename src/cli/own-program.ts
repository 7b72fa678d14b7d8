import {existsSync} from 'node:fs';
import {isSea} from 'node:sea';
import {fileURLToPath} from 'node:url';

/** The program that stopgap itself is, so that somebody else can start it: `[program, ...leading, ...words]` is an argv. */
export interface OwnProgram {
  /** Absolute path. */
  readonly program: string;
  readonly leading: readonly string[];
}

/** The single executable is its own Node.js; elsewhere a script runs: beside this module in the source tree, or the bundle. */
export const ownProgram = (): OwnProgram => {
  const program = process.execPath;
  if (isSea()) return {program, leading: []};
  const candidates = ['./main.ts', './stopgap.mjs'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const script = candidates.find((path) => existsSync(path));
  if (script === undefined) throw new Error('the program of stopgap is not where it should be');
  return {program, leading: [script]};
};
