import {existsSync} from 'node:fs';
import {readFile, rm, writeFile} from 'node:fs/promises';
import {setTimeout as pause} from 'node:timers/promises';
import {Refusal} from '../../kit/refusal.ts';
import type {FileReader, FileRestorer} from '../server.ts';
import {WindowsError} from './api/libraries.ts';
import {putInPlace} from './api/replace-file.ts';
import {diskPath} from './disk-path.ts';

/*
 * Files of this machine. IIS, virus scanners and backups open configuration files for moments without sharing them, so
 * that is waited out; who holds one for longer is named as the reason.
 */

/** Doubled from 50 ms: six seconds in all. */
const waitsMs = [50, 100, 200, 400, 800, 1600, 3200];

/**
 * Somebody else has the file open, or a part of it locked: as Node.js and as Windows say it. "Access denied" is one of them
 * only where a file is replaced, because that is what Windows answers for one that is open then.
 */
const inUse = (error: unknown): boolean =>
  error instanceof WindowsError ? [5, 32, 33, 1175, 1176, 1224].includes(error.errorCode) : codeOf(error) === 'EBUSY';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const heldByOthers = (path: string, cause: unknown): Refusal =>
  new Refusal('SERVER.FILE_IN_USE', `${path} is held by another program`, {
    where: {file: path},
    next: [{label: 'See who holds it (Resource Monitor, CPU, Associated Handles), close IIS Manager, then try again'}],
    cause,
  });

const patiently = async <T>(path: string, act: () => Promise<T>): Promise<T> => {
  for (const waitMs of waitsMs) {
    try {
      return await act();
    } catch (error) {
      if (!inUse(error)) throw error;
    }
    await pause(waitMs);
  }
  try {
    return await act();
  } catch (error) {
    throw inUse(error) ? heldByOthers(path, error) : error;
  }
};

/** No such file, no such folder, or a folder of that name: there is no file to read. */
const absent: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

export const windowsFiles: FileReader = {
  readFile: (path) =>
    patiently(path, async () => {
      try {
        return new Uint8Array(await readFile(diskPath(path, process)));
      } catch (error) {
        if (absent.has(codeOf(error))) return undefined;
        throw error;
      }
    }),
};

export const windowsRestorer: FileRestorer = {
  restoreFile: async (path, bytes) => {
    const target = diskPath(path, process);
    // Beside it, because only there it can take the place at once; one name, so that a crash leaves no second one.
    const prepared = `${target}.stopgap-new`;
    try {
      await writeFile(prepared, bytes, {flush: true});
    } catch (error) {
      await rm(prepared, {force: true});
      throw error;
    }
    try {
      await patiently(path, async () => putInPlace(target, prepared));
    } finally {
      // Windows may have taken the old one away and stopped there: then this one holds the only configuration there is.
      if (existsSync(target)) await rm(prepared, {force: true});
    }
  },
};
