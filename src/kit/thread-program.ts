import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {isPacked, packedText} from './packed.ts';

/** The first argument of `new Worker`, and its option `eval`. */
export interface ThreadProgram {
  readonly program: string;
  readonly eval: boolean;
}

export interface ThreadNames {
  /** The name of its bundle. */
  readonly bundle: string;
  /** Its source, as seen from the module that asks. */
  readonly source: string;
}

/**
 * The program of a thread: a file beside the module that asks, of the source tree or of a release, or code that the single
 * executable carries. `undefined` where it is no part of this installation.
 */
export const threadProgram = ({bundle, source}: ThreadNames, moduleUrl: string): ThreadProgram | undefined => {
  if (isPacked) return {program: packedText(`threads/${bundle}.cjs`), eval: true};
  const file = [source, `./${bundle}.mjs`]
    .map((name) => fileURLToPath(new URL(name, moduleUrl)))
    .find((path) => existsSync(path));
  return file === undefined ? undefined : {program: file, eval: false};
};
