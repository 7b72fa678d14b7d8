import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {type BuildOptions, build, type Metafile} from 'esbuild';

/*
 * The release: the program, the two simulated programs and the thread that verifies as minified ESM with shared chunks in dist/. What a command loads
 * lazily in the source lies in a chunk of its own, so that `--version` reads a few hundred bytes.
 * Chunks lie beside the program, so that plans/ is one level above whatever looks for it.
 */

const root = join(import.meta.dirname, '../..');

const entries = {
  stopgap: 'src/cli/main.ts',
  'sandbox-appcmd': 'src/server/sandbox/bin/appcmd.ts',
  'sandbox-sc': 'src/server/sandbox/bin/sc.ts',
  'impact-worker': 'src/operations/replay/worker.ts',
  'verify-worker': 'src/operations/verify-worker.ts',
};

export interface BuiltFile {
  readonly file: string;
  readonly bytes: number;
}

// CommonJS packages (pino, xml2js) call require for Node.js's own modules. Under its own name, because modules of the
// bundle may import createRequire themselves.
const banner = `import {createRequire as stopgapCreateRequire} from 'node:module';const require=stopgapCreateRequire(import.meta.url);`;

/** How the release is bundled, wherever it then goes. */
export const releaseBuild = {
  absWorkingDir: root,
  entryPoints: Object.entries(entries).map(([out, entry]) => ({in: entry, out})),
  outExtension: {'.js': '.mjs'},
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  minify: true,
  alias: {'string-width': join(import.meta.dirname, 'text-width.ts')},
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Builds into `folder` and returns what was written, entry points first. */
export const bundle = async (folder: string = join(root, 'dist')): Promise<readonly BuiltFile[]> => {
  await rm(folder, {recursive: true, force: true});
  const {metafile} = await build({
    ...releaseBuild,
    outdir: folder,
    banner: {js: banner},
    // Native: it finds its library from its own place.
    external: ['koffi'],
    legalComments: 'linked',
    metafile: true,
  });
  return sizes(metafile);
};

const sizes = (metafile: Metafile): readonly BuiltFile[] =>
  Object.entries(metafile.outputs)
    .map(([file, {bytes}]) => ({file, bytes}))
    .toSorted((a, b) => Number(isEntry(b.file)) - Number(isEntry(a.file)) || b.bytes - a.bytes);

const isEntry = (file: string): boolean => Object.keys(entries).some((name) => file.endsWith(`/${name}.mjs`));

if (process.argv[1] === import.meta.filename) {
  const built = await bundle();
  const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1).padStart(8)} kB`;
  for (const {file, bytes} of built.slice(0, 12)) console.log(`${kilobytes(bytes)}  ${file}`);
  const total = built.reduce((sum, {bytes}) => sum + bytes, 0);
  console.log(`${kilobytes(total)}  in ${built.length} files`);
}
