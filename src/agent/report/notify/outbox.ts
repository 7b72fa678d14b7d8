import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {writeDurably} from '../../../kit/durable-file.ts';
import {isMissing} from '../../../kit/system-error.ts';
import {noticeKind} from '../../../operations/settings/notification.ts';
import type {Saying} from './notice.ts';

/*
 * Messages that wait to be taken, a file each, and the list of what was said already. Both outlive the process: after a
 * restart nothing is lost and nothing is said twice. A crash between the answer of a server and the file about it is the
 * one way to a repetition; it has the same id then.
 */

const item = z.strictObject({
  formatVersion: z.literal(1),
  notice: z.strictObject({
    id: z.string(),
    kind: z.enum([...noticeKind.options, 'test']),
    severity: z.enum(['information', 'warning', 'error']),
    at: z.iso.datetime(),
    host: z.string(),
    subject: z.string(),
    text: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
  /** Who has not taken it yet. */
  left: z.array(
    z.strictObject({
      channel: z.string(),
      attempts: z.number().int().min(0),
      nextAt: z.iso.datetime(),
      lastError: z.string().nullable(),
    }),
  ),
});

const said = z.strictObject({
  formatVersion: z.literal(1),
  /** By key: when it was reported last, and for how long that counts. */
  said: z.record(z.string(), z.strictObject({last: z.iso.datetime(), forgetAfterHours: z.number().int()})),
});

export type WaitingNotice = z.output<typeof item>;
export type Attempt = WaitingNotice['left'][number];

export interface Outbox {
  /** False: it was said already, or nobody wants it. Kept in memory where the disk refuses it, which `onTrouble` hears. */
  say(saying: Saying, channels: readonly string[], now: Date): Promise<boolean>;
  /** Oldest first. */
  waiting(): readonly WaitingNotice[];
  /** What became of an attempt; `undefined`: there is nothing more to do for that channel. */
  attempted(id: string, channel: string, next: Omit<Attempt, 'channel'> | undefined): Promise<void>;
}

const hourMs = 3_600_000;

export const outboxFolder = (stateDir: string): string => join(stateDir, 'outbox');
const saidFile = 'said.json';

type OnTrouble = (message: string) => void;
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const parsed = async <S extends z.ZodType>(file: string, schema: S, onTrouble: OnTrouble) => {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (!isMissing(error)) {
      onTrouble(`${file} cannot be used and is left alone: ${reasonOf(error)}`);
    }
    return undefined;
  }
};

/** What waits in a folder; one that is not there holds nothing. */
export const readWaiting = async (folder: string, onTrouble: OnTrouble): Promise<readonly WaitingNotice[]> => {
  const names = await readdir(folder).catch(() => []);
  const items = await Promise.all(
    names
      .filter((name) => /^[0-9a-f]{32}\.json$/.test(name))
      .map((name) => parsed(join(folder, name), item, onTrouble)),
  );
  return items.filter((one) => one !== undefined).toSorted((a, b) => a.notice.at.localeCompare(b.notice.at));
};

export const openOutbox = async (folder: string, onTrouble: OnTrouble): Promise<Outbox> => {
  const items = new Map((await readWaiting(folder, onTrouble)).map((one) => [one.notice.id, one]));
  const keys = new Map(Object.entries((await parsed(join(folder, saidFile), said, onTrouble))?.said ?? {}));

  let last: Promise<void> = Promise.resolve();
  /** One after the other: a message may be taken while its file is still being written, and must not come back with it. */
  const inOrder = (trouble: string, act: () => Promise<void>): Promise<void> => {
    last = last.then(act).catch((error: unknown) => onTrouble(`${trouble}: ${reasonOf(error)}`));
    return last;
  };
  const keep = (name: string, value: unknown): Promise<void> =>
    inOrder('a message is kept in memory only', async () => {
      await mkdir(folder, {recursive: true, mode: 0o700});
      await writeDurably(join(folder, name), `${JSON.stringify(value)}\n`);
    });
  const drop = (name: string): Promise<void> =>
    inOrder('a message that was taken would be sent again after a restart', () =>
      rm(join(folder, name), {force: true}),
    );
  const age = (key: string, now: Date): number => now.getTime() - new Date(keys.get(key)?.last ?? 0).getTime();
  /** Writes down that it was reported now; what has not been reported for its time is forgotten. */
  const remember = async ({key, forgetAfterHours}: Saying, now: Date): Promise<void> => {
    keys.set(key, {last: now.toISOString(), forgetAfterHours});
    for (const [other, {forgetAfterHours: hours}] of keys) if (age(other, now) > hours * hourMs) keys.delete(other);
    await keep(saidFile, {formatVersion: 1, said: Object.fromEntries(keys)});
  };

  return {
    say: async (saying, channels, now) => {
      const {key, forgetAfterHours, notice} = saying;
      if (channels.length === 0) return false;
      if (keys.has(key) && age(key, now) <= forgetAfterHours * hourMs) {
        await remember(saying, now);
        return false;
      }
      const left = channels.map((channel) => ({channel, attempts: 0, nextAt: now.toISOString(), lastError: null}));
      const waiting: WaitingNotice = {formatVersion: 1, notice, left};
      items.set(notice.id, waiting);
      // In this order: a crash between the two says it again, with the same words; the other order would never say it.
      await keep(`${notice.id}.json`, waiting);
      await remember(saying, now);
      return true;
    },
    waiting: () => [...items.values()],
    attempted: async (id, channel, next) => {
      const waiting = items.get(id);
      if (!waiting) return;
      const others = waiting.left.filter((one) => one.channel !== channel);
      const left = next === undefined ? others : [...others, {channel, ...next}];
      if (left.length === 0) {
        items.delete(id);
        await drop(`${id}.json`);
        return;
      }
      items.set(id, {...waiting, left});
      await keep(`${id}.json`, {...waiting, left});
    },
  };
};
