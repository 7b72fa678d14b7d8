import {basename, join} from 'node:path';
import {type BuildOptions, build, transform} from 'esbuild';
import {releaseBuild} from '../build/bundle.ts';
import {packNative} from './pack-native.ts';

const root = join(import.meta.dirname, '../..');

const classic = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node22.23',
  minify: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const threads = {
  'impact-worker': 'src/operations/replay/worker.ts',
  'verify-worker': 'src/operations/verify-worker.ts',
};

/** A script that stands alone: what starts the program, or a thread. */
const script = async (entry: string): Promise<string> => {
  const {outputFiles} = await build({...classic, entryPoints: [entry]});
  return outputFiles[0]?.text ?? '';
};

/** What Node.js runs when the executable starts: it loads the modules of the program. */
export const startScript = (): Promise<string> => script('src/cli/packed/main.ts');

export const threadScripts = (): Promise<readonly (readonly [string, string])[]> =>
  Promise.all(Object.entries(threads).map(async ([name, entry]) => [`${name}.cjs`, await script(entry)] as const));

/**
 * The modules of the release bundle, as `require` understands them: an executable of Node.js 22 starts a classic script,
 * and what that loads is classic too.
 */
export const programModules = async (): Promise<readonly (readonly [string, string])[]> => {
  const {outputFiles} = await build({
    ...releaseBuild,
    outdir: 'program',
    write: false,
    // Everything lies in the executable: these are given to each module by what loads it (src/cli/packed/load.ts).
    define: {
      'import.meta.url': 'packedUrl',
      'import.meta.filename': 'packedFile',
      'import.meta.dirname': 'packedFolder',
    },
    plugins: [packNative],
    legalComments: 'eof',
  });
  return Promise.all(outputFiles.map(async ({path, text}) => [basename(path), await toClassic(text)] as const));
};

const toClassic = async (text: string): Promise<string> => {
  const {code} = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node22.23',
    minify: true,
    legalComments: 'inline',
    // import() of a module of ours becomes a promise of require().
    supported: {'dynamic-import': false},
  });
  return code;
};
