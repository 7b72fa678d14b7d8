import {open} from 'node:fs/promises';
import {Refusal} from '../kit/refusal.ts';
import {download, type NetworkOptions} from './network.ts';

export const feedLimitBytes = 5 * 1024 * 1024;
const deadlineMs = 60_000;

export const isFeedAddress = (source: string): boolean => /^https?:\/\//i.test(source);

export interface FeedRequest extends NetworkOptions {
  /** An https address. */
  readonly address: string;
  /** Hosts of the trust profiles; none: the host of the address alone. */
  readonly hosts: readonly string[];
  readonly deadlineMs?: number;
}

/** The bytes of a feed from its publisher: https only, nothing cached on the way. @throws Refusal FEED.* */
export const fetchFeed = (request: FeedRequest): Promise<Uint8Array> => {
  const own = URL.canParse(request.address) ? [new URL(request.address).hostname] : [];
  const rules = {
    protocols: ['https:'] as const,
    hosts: request.hosts.length > 0 ? request.hosts : own,
    limitBytes: feedLimitBytes,
    deadlineMs: request.deadlineMs ?? deadlineMs,
  };
  return download(request.address, rules, request);
};

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
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal('FEED.UNREADABLE', `${path} cannot be read: ${reason}`, {where: {file: path}, cause});
  }
};
