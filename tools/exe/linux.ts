import {chmodSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fuse} from './fuse.ts';

interface Postject {
  readonly inject: (
    file: string,
    name: string,
    data: Buffer,
    options: {readonly sentinelFuse: string},
  ) => Promise<void>;
}

// It has no types, and no other export than this.
const postject: Postject = createRequire(import.meta.url)('postject');

/** Makes `file` out of Node.js for Linux: the blob becomes a note of the ELF file. */
export const writeLinuxExecutable = async (file: string, node: string, blob: Uint8Array): Promise<void> => {
  writeFileSync(file, readFileSync(node));
  await quietly(() => postject.inject(file, 'NODE_SEA_BLOB', Buffer.from(blob), {sentinelFuse: fuse}));
  chmodSync(file, 0o755);
};

/** postject has LIEF say that it cannot read sections which are none of its business. */
const quietly = async (run: () => Promise<void>): Promise<void> => {
  const {log, warn} = console;
  console.log = () => undefined;
  console.warn = () => undefined;
  try {
    await run();
  } finally {
    Object.assign(console, {log, warn});
  }
};
