import {open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';

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

/** Writes a whole file so that after a crash either the old or the new content is there, never a part. */
export const writeDurably = async (path: string, data: string | Uint8Array, mode = 0o600): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, {force: true});
    throw error;
  }
  await syncFolder(dirname(path));
};
