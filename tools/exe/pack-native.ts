import {join} from 'node:path';
import type {Plugin} from 'esbuild';

const loader = join(import.meta.dirname, '../../src/cli/packed/native.ts');

/**
 * koffi looks for its native part in node_modules; the executable carries it. `static.js` is where koffi asks for it first
 * (koffi 3.3.4, src/koffi/index.js).
 */
export const packNative: Plugin = {
  name: 'pack-native',
  setup: (build) => {
    build.onLoad({filter: /[\\/]koffi[\\/]src[\\/]koffi[\\/]src[\\/]static\.js$/}, () => ({
      contents: `export {loadPackedNative as loadStatic} from ${JSON.stringify(loader)};`,
      loader: 'js',
      resolveDir: import.meta.dirname,
    }));
  },
};
