import {open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

/** Puts the directory entry on disk too. Windows cannot sync a folder and does not need to. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const refusedByWindows: ReadonlySet<unknown> = new Set(['EPERM', 'EACCES', 'EBUSY']);
const longestPauseMs = 2000;

/** A virus scanner opens a file as soon as it is written, and Windows renames none that somebody has open: that is waited out. */
const renamePatiently = async (from: string, to: string): Promise<void> => {
  for (let pauseMs = 10; ; pauseMs *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const passing = error instanceof Error && 'code' in error && refusedByWindows.has(error.code);
      if (process.platform !== 'win32' || !passing || pauseMs > longestPauseMs) throw error;
    }
    await pause(pauseMs);
  }
};

const writeSynced = async (path: string, data: string | Uint8Array, mode: number): Promise<void> => {
  const handle = await open(path, 'w', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Writes a whole file so that after a crash either the old or the new content is there, never a part. */
export const writeDurably = async (path: string, data: string | Uint8Array, mode = 0o600): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeSynced(temporary, data, mode);
    await renamePatiently(temporary, path);
  } catch (error) {
    // A disk that is full needs the room.
    await rm(temporary, {force: true});
    throw error;
  }
  await syncFolder(dirname(path));
};
