import {once} from 'node:events';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {pino} from 'pino';
import roll from 'pino-roll';
import {redactJson} from '../../kit/redact.ts';
import type {Listener} from '../happening.ts';
import {severityOf, wordingOf} from './wording.ts';

const levels = {information: 'info', warning: 'warn', error: 'error'} as const;

/** The listener, and the way to have everything on disk before the process ends. */
export interface JsonLog extends Listener {
  close(): Promise<void>;
}

export interface JsonLogOptions {
  /** A file that cannot be written (disk full, locked) is said here, and lines are lost; the agent goes on. */
  readonly onTrouble: (message: string) => void;
  /** As pino-roll reads it; a new file is begun then, or when a day begins. */
  readonly size?: string;
  /** Files kept beside the one that is written. */
  readonly keep?: number;
}

const patienceMs = 2000;

/** Everything that happens, with all of its data, for programs: JSON lines of pino, with rotation. */
export const openJsonLog = async (
  folder: string,
  {onTrouble, size = '20m', keep = 30}: JsonLogOptions,
): Promise<JsonLog> => {
  await mkdir(folder, {recursive: true, mode: 0o700});
  const stream = await roll({
    file: join(folder, 'agent.jsonl'),
    frequency: 'daily',
    dateFormat: 'yyyy-MM-dd',
    size,
    limit: {count: keep, removeOtherLogFiles: true},
    mode: 0o600,
    // What cannot be written is dropped beyond this many bytes: a full disk must not become a full memory.
    maxLength: 4_000_000,
  });
  // Without a listener a failed write would end the process.
  stream.on('error', (error: Error) => onTrouble(`the JSON log cannot be written: ${error.message}`));
  const log = pino(
    {base: null, timestamp: false, formatters: {level: (label) => ({level: label})}},
    {write: (line: string) => void stream.write(`${redactJson(line)}\n`)},
  );
  return {
    name: 'JSON log',
    tell: async ({at, host, what}) => {
      log[levels[severityOf(what)]]({time: at, host, what}, wordingOf(what));
    },
    close: async () => {
      const closed = once(stream, 'close', {signal: AbortSignal.timeout(patienceMs)});
      stream.end();
      // A stream whose file could never be opened does not close.
      await closed.catch(() => stream.destroy());
    },
  };
};
