import {open} from 'node:fs/promises';
import {reasonOf} from '../kit/file-refusal.ts';
import {Refusal} from '../kit/refusal.ts';

export const feedLimitBytes = 5 * 1024 * 1024;

/**
 * The bytes of a feed from a file, one more than allowed at most: whoever verifies it says that it is too large.
 * @throws Refusal FEED.UNREADABLE
 */
export const readFeedFile = async (path: string): Promise<Uint8Array> => {
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min((await handle.stat()).size, feedLimitBytes) + 1);
      let length = 0;
      for (;;) {
        const {bytesRead} = await handle.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) return new Uint8Array(buffer.subarray(0, length));
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new Refusal('FEED.UNREADABLE', `${path} cannot be read: ${reasonOf(cause)}`, {
      where: {file: path},
      next: [{label: 'Name the file of a feed, or fetch one', command: 'stopgap feed fetch'}],
      cause,
    });
  }
};
