import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {normalizeWindowsPath} from '../windows-path.ts';

/** The simulated server's disk: Windows paths, found without regard to case below the sandbox's folder. */
export interface Disk {
  /** Where the path lies on the host, whether it exists or not; `undefined` for UNC and unknown drives. */
  hostPath(path: string): string | undefined;
  read(path: string): Uint8Array | undefined;
  /** Replaces the whole file in one rename. The folder must exist. */
  write(path: string, bytes: Uint8Array): void;
  /** Replaces a file bit by bit and stops half way: what a killed writer leaves. */
  writeTorn(path: string, bytes: Uint8Array): void;
  remove(path: string): void;
  makeFolder(path: string): void;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  list(folder: string): readonly string[];
}

const entry = (folder: string, name: string): string => {
  const exact = join(folder, name);
  if (existsSync(exact) || !existsSync(folder)) return exact;
  const key = name.toLowerCase();
  const other = readdirSync(folder).find((candidate) => candidate.toLowerCase() === key);
  return other === undefined ? exact : join(folder, other);
};

/** @param dir the sandbox's folder, which holds `C/` */
export const openDisk = (dir: string): Disk => {
  const hostPath = (path: string): string | undefined => {
    const normal = normalizeWindowsPath(path);
    const match = /^([A-Za-z]):\\(.*)$/.exec(normal);
    if (!match) return undefined;
    const [, drive = '', rest = ''] = match;
    const parts = rest.split('\\').filter((part) => part !== '');
    // Most paths stand there as they are written; only the others are looked for name by name.
    const direct = join(dir, drive.toUpperCase(), ...parts);
    return existsSync(direct) ? direct : parts.reduce(entry, entry(dir, drive.toUpperCase()));
  };
  const stat = (path: string) => {
    const host = hostPath(path);
    return host === undefined ? undefined : statSync(host, {throwIfNoEntry: false});
  };
  const writable = (path: string): string => {
    const host = hostPath(path);
    if (host === undefined) throw new Error(`${path} is not on a simulated disk`);
    return host;
  };
  return {
    hostPath,
    read: (path) => {
      const host = hostPath(path);
      const isFile = host !== undefined && statSync(host, {throwIfNoEntry: false})?.isFile();
      if (!isFile) return undefined;
      const {buffer, byteOffset, byteLength} = readFileSync(host);
      return new Uint8Array(buffer, byteOffset, byteLength);
    },
    write: (path, bytes) => {
      const host = writable(path);
      // The temporary file lies beside C/, never in it: nothing of ours is to be found on the server's disk.
      const folder = join(dir, '.stopgap', 'sandbox');
      mkdirSync(folder, {recursive: true});
      const temporary = join(folder, `write.${process.pid}.tmp`);
      const mode = statSync(host, {throwIfNoEntry: false})?.mode;
      writeFileSync(temporary, bytes, mode === undefined ? {} : {mode});
      renameSync(temporary, host);
    },
    writeTorn: (path, bytes) => writeFileSync(writable(path), bytes.subarray(0, bytes.length >> 1)),
    remove: (path) => rmSync(writable(path), {recursive: true, force: true}),
    makeFolder: (path) => {
      mkdirSync(writable(path), {recursive: true});
    },
    isFile: (path) => stat(path)?.isFile() ?? false,
    isFolder: (path) => stat(path)?.isDirectory() ?? false,
    list: (folder) => (stat(folder)?.isDirectory() ? readdirSync(writable(folder)).toSorted() : []),
  };
};
